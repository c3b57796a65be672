"""A mail from the bounce box, from a pipe or by LMTP: read, and recorded (a verb)."""

import logging
from collections.abc import Sequence
from datetime import datetime

from mailer.receipts.notice import Notice
from mailer.receipts.reading import Reading, read
from mailer.receipts.record import Taken, record

_log = logging.getLogger(__name__)


def take(way: str, raw: bytes, now: datetime, recipients: Sequence[str] = ()) -> Taken:
    """Take a mail; what became of it. `recipients` are those of its envelope."""
    taken = record(_notice(way, read(raw, tuple(recipients)), raw), now)
    _log.info("a mail came by %s: %s", way, taken)
    return taken


def _notice(way: str, reading: Reading, raw: bytes) -> Notice:
    """A report that came as a mail."""
    return Notice(way, reading.key, reading.findings, reading.clues, reading.machine, original=raw)
