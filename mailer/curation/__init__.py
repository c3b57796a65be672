"""Curation: publications, their issues, what enters them and who signs them off."""
