"""One round of what the clock does for receipts (a verb)."""

import logging
from datetime import datetime

from mailer.errors import MailerError
from mailer.receipts import dialogue, mailbox

_log = logging.getLogger(__name__)


def go_round(now: datetime) -> bool:
    """Read refusals of the dialogue and visit the box; whether more of it waits."""
    more = dialogue.read_refusals(now)
    try:
        taken = mailbox.visit()
    except MailerError as error:
        # The box is visited again by itself; the doctor says what is wrong with it.
        _log.warning("%s", error)
        return more
    return more or taken > 0
