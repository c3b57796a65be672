"""The API, version 1: JSON, behind the desk's login."""
