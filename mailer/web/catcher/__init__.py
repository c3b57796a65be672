"""The inbox of the embedded catcher: every mail that left, for whoever is on this machine.

Where others can reach the pages, it is behind the desk's login.
"""
