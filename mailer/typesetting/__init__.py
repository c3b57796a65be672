"""Typesetting: how text is dressed, in editions and letters alike: theme, typography, lines."""
