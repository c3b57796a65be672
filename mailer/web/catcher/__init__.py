"""The inbox of the embedded catcher: every mail that left, for whoever is on this machine."""
