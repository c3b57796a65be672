"""Accounts of the staff: django-allauth's views and rules, on the desk's pages and in its words."""
