"""The desk: one handler per file, so that the folder's listing is its table of routes."""
