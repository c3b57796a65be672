"""The trail: who did what, a row per act, in words that each person reads in their language."""
