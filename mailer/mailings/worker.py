"""This process as a sender of mailings: what it has in hand, and how it writes what came of it."""

import logging
import os
import socket
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from django.db import OperationalError, connection
from django.utils import timezone

from mailer.mailings import ledger
from mailer.mailings.copies import Copies
from mailer.mailings.flights import Flights
from mailer.mailings.hands import Group
from mailer.mailings.journals import BOOT
from mailer.mailings.outgoing import Outgoing
from mailer.smtp.envelope import Outcome
from mailer.smtp.relay import Relay

_log = logging.getLogger(__name__)

#: Seconds between two signs of life.
_BEAT = 5.0
#: How often a database that went away is asked again, and how long in all.
_DATABASE_AGAIN, _DATABASE_PATIENCE = 0.5, 20.0


class Worker:
    """This process as a sender of mailings: its way out, what it has in hand, its editions."""

    def __init__(self, relays: tuple[Relay, ...], folder: Path) -> None:
        self.out = Outgoing(relays, folder)
        self.flights = Flights()
        self.copies = Copies()
        self.ready: deque[Group] = deque()
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.journal = f"{BOOT}/{self.out.journal}"
        self._unwritten: list[Outcome] = []
        self._beat_at = 0.0

    def collect(self, timeout: float) -> None:
        """Take what became of envelopes, waiting for it `timeout` seconds at most."""
        self._unwritten += self.out.outcomes(timeout)

    def refuse(self, outcomes: list[Outcome]) -> None:
        """Add what became of those who could not even be put into an envelope."""
        self._unwritten += outcomes

    def settle(self) -> bool:
        """Write what was collected; whether a server said anything at all.

        What cannot be written stays for the next call: the rows, and their marks, can wait.
        """
        if not self._unwritten:
            return False
        now = timezone.now()
        news = self.flights.news(self._unwritten, now)
        written = _patiently(lambda: ledger.settle(news, now))
        if written < len(news):
            _log.warning("%s outcomes came after their lease was ended", len(news) - written)
        self._unwritten = []
        self.out.clear([one.delivery for one in news])
        if finished := self.flights.landed(news):
            ledger.end_leases(finished)
        return any(one.code for one in news)

    def beat(self) -> None:
        """A sign of life for all that is in hand, every few seconds."""
        if time.monotonic() >= self._beat_at:
            held = [*self.flights.leases, *(group.lease for group in self.ready)]
            if held:
                ledger.heartbeat(held, timezone.now())
            self._beat_at = time.monotonic() + _BEAT

    def give_back(self) -> None:
        """Queue again what was leased and not begun."""
        while self.ready:
            ledger.give_back(self.ready[0], timezone.now())
            self.ready.popleft()

    def land(self, seconds: float, draining: Callable[[], bool]) -> None:
        """Wait for what is on the wire, so many seconds at most, and not when told to stop."""
        self.give_back()
        until = time.monotonic() + seconds
        self.settle()
        while self.flights and (left := until - time.monotonic()) > 0 and not draining():
            self.collect(min(left, 0.5))
            self.settle()
            self.beat()

    def close(self) -> None:
        """Leave in order: finish what has begun, write it, close the connections."""
        self.give_back()
        self.refuse(self.out.close())
        self.settle()
        self.out.end()


def _patiently(write: Callable[[], int]) -> int:
    """Write, and write again while the database is away; every such write is safe to repeat."""
    until = time.monotonic() + _DATABASE_PATIENCE
    while True:
        try:
            return write()
        except OperationalError as error:
            if time.monotonic() >= until:
                raise
            _log.warning("the database did not take the outcomes, again: %s", error)
            connection.close()
            time.sleep(_DATABASE_AGAIN)
