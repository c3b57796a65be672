"""Subscribers: people, lists, and the proof of their consent."""
