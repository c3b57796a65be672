"""What comes back after a mailing: bounces, complaints, unsubscriptions."""
