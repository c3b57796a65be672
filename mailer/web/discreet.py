"""A log without the links that act for their readers (pure).

Django logs the path of every answer over 399, and the path of such a link is the link.
"""

import logging
import re

_TOKEN = re.compile(
    r"/(confirm|not-me|unsubscribe|preferences|data|address|invitation|password)/[^/\s?\"']+"
)


class Discreet(logging.Filter):
    """Replaces the token in the path of a public page, wherever it stands in a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, its message without a token."""
        told = record.getMessage()
        kept = _TOKEN.sub(r"/\1/…", told)
        if kept != told:
            record.msg, record.args = kept, None
        return True
