"""The embedded mail catcher: an SMTP server whose every mail ends in a folder, read by a page."""
