"""Mailings: the fan-out, the ledger and the sending."""
