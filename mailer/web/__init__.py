"""Pages: the desk, the public pages, the API. Imports anything, imported by nothing."""
