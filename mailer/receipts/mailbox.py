"""The bounce box is visited: each mail is taken and put into a folder beside it (a verb).

    done      what was ours, and copies of it
    ignored   machines that answer for people, people who write, what is nobody's of ours
    shunt     what could not be read for a fault of ours: staff put it back once that is mended

What cannot be recorded stays in the box, for the next visit. While a program stays at the box
(`watch`) the clock leaves it alone, and visits it again once that program is away.
"""

import fcntl
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, close_old_connections
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
    """Take what waits in the box, for up to `seconds`; how many mails.

    0 where no box is set, and where somebody else is at it. Raises RelayError for a box that cannot
    be read, Misconfigured for a wrong IMAP_URL.
    """
    if not settings.IMAP_URL:
        return 0
    with _alone() as mine:
        if not mine:
            return 0
        with Box(parse_box(settings.IMAP_URL), seconds=2 * seconds) as box:
            return empty(box, time.monotonic() + seconds)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this process alone is at the box: two would only move each other's mails.

    Told by a lock in the data folder. Where two machines share none, both visit, and that is
    harmless: a copy of a report is known.
    """
    with (settings.MAILER_DATA / "mailbox.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


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
        with _alone() as mine:
            told = mine and _stayed(address, over)
        if not told:
            pause.wait(_AGAIN)


def _stayed(address: BoxAddress, over: Callable[[], bool]) -> bool:
    """Stay for as long as a server keeps a line; whether it tells by itself what comes."""
    try:
        with Box(address, seconds=IDLE + 120) as box:
            _stay(box, over, time.monotonic() + IDLE)
            return box.idles
    except RelayError as error:
        _log.warning("%s", error)
        return False


def _stay(box: Box, over: Callable[[], bool], until: float) -> None:
    while not over() and time.monotonic() < until:
        # What the database's server closed meanwhile is opened anew.
        close_old_connections()
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
