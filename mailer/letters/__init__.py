"""Letters: mail to one person that is no delivery, and their outbox."""
