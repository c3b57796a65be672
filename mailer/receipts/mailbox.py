"""The bounce box is visited: each mail is taken and put into a folder beside it (a verb).

    done      what was ours, and copies of it
    ignored   machines that answer for people, people who write, what is nobody's of ours
    shunt     what could not be read for a fault of ours: staff put it back once that is mended

What cannot be recorded stays in the box, for the next visit.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import Error
from django.utils import timezone

from mailer.errors import RelayError
from mailer.receipts.box import IDLE, Box, BoxAddress, parse_box
from mailer.receipts.models import Way
from mailer.receipts.record import Taken
from mailer.receipts.taking import take

_log = logging.getLogger(__name__)

FOLDERS = {
    Taken.DONE: "done",
    Taken.COPY: "done",
    Taken.IGNORED: "ignored",
    Taken.UNKNOWN: "ignored",
    Taken.FORGED: "ignored",
}
SHUNT = "shunt"
#: Seconds between two visits of a watch, where the server cannot tell that something came; and
#: after something went wrong.
_AGAIN = 60.0


def visit(seconds: float = 60.0) -> int:
    """Take what waits in the box, for up to `seconds`; how many mails. 0 where no box is set.

    Raises RelayError for a box that cannot be read, Misconfigured for a wrong IMAP_URL.
    """
    if not settings.IMAP_URL:
        return 0
    with Box(parse_box(settings.IMAP_URL), seconds=2 * seconds) as box:
        return empty(box, time.monotonic() + seconds)


def empty(box: Box, until: float) -> int:
    """Take what stands in an open box, until a moment (monotonic seconds); how many mails."""
    taken = 0
    for number, raw in box.mails():
        box.move(number, _folder(raw))
        taken += 1
        if time.monotonic() >= until:
            break
    return taken


def watch(over: Callable[[], bool], address: BoxAddress | None = None) -> None:
    """Stay at the box until `over`, and take what comes as it comes (IDLE).

    A box that cannot be read is tried again; a wrong IMAP_URL raises Misconfigured.
    """
    address = address or parse_box(settings.IMAP_URL)
    pause = threading.Event()
    while not over():
        try:
            with Box(address, seconds=IDLE + 120) as box:
                _stay(box, over, time.monotonic() + IDLE)
        except RelayError as error:
            _log.warning("%s", error)
            pause.wait(_AGAIN)


def _stay(box: Box, over: Callable[[], bool], until: float) -> None:
    while not over() and time.monotonic() < until:
        if empty(box, until):
            continue
        if not box.idles:
            return
        box.idle(min(until - time.monotonic(), _AGAIN))


def _folder(raw: bytes) -> str:
    try:
        return FOLDERS[take(Way.MAILBOX, raw, timezone.now())]
    except Error:
        # The database is away: the mail can wait.
        raise
    except Exception:
        _log.exception("a mail in the bounce box could not be read")
        return SHUNT
