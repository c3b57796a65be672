"""Figures: what became of each number, in sums by language and domain, and of no reader alone."""
