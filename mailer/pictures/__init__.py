"""Pictures of our own: prepared once, stored, served by us under a permanent address."""
