"""This process as a sender of mailings: what it has in hand, and how it writes what came of it."""

import logging
import math
import os
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from mailer.errors import Refused
from mailer.mailings import alarms, ledger
from mailer.mailings.breaker import Breaker, Refusal
from mailer.mailings.copies import Copies
from mailer.mailings.flights import Flights
from mailer.mailings.hands import Group, News
from mailer.mailings.journals import BOOT
from mailer.mailings.outgoing import Outgoing
from mailer.mailings.pace import Pace
from mailer.mailings.retry import classify
from mailer.smtp.envelope import Outcome
from mailer.smtp.relay import Relay

_log = logging.getLogger(__name__)

#: Seconds between two signs of life.
_BEAT = 5.0
#: Seconds between two questions for a relay's allowance, and what is asked for at most.
_PACE, _AT_ONCE = 0.1, 4000
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
        self.pace = Pace(settings.REDIS_URL)
        self._unwritten: list[Outcome] = []
        self._put_off: list[News] = []
        self._breakers: dict[int, tuple[int, Breaker]] = {}
        self._ask_at = 0.0
        self._beat_at = 0.0

    def collect(self, timeout: float) -> None:
        """Take what became of envelopes, waiting for it `timeout` seconds at most."""
        self._unwritten += self.out.outcomes(timeout)

    def refuse(self, outcomes: list[Outcome]) -> None:
        """Add what became of those who could not even be put into an envelope."""
        self._unwritten += outcomes

    def put_off(self, waits: Iterable[tuple[int, float]]) -> None:
        """These deliveries, just handed over, wait so many seconds for the pace of their domain."""
        self._put_off += [self.flights.put_off(delivery, wait) for delivery, wait in waits]

    def guard(self, mailing_id: int) -> None:
        """Count what servers say of this mailing; a new count once it was stopped by it."""
        stops = alarms.raised(mailing_id)
        known = self._breakers.get(mailing_id)
        if known is None or known[0] != stops:
            known = stops, Breaker(settings.MAILER_PAUSE_AT / 100)
            # Mailings that are over are of no more use; few run at one time.
            self._breakers = {**dict(list(self._breakers.items())[-20:]), mailing_id: known}
        self.out.watch(partial(_fed, known[1], self.flights))

    def forget(self, mailing_id: int) -> None:
        """What was counted of it has had its effect, even where a person paused it first."""
        self._breakers.pop(mailing_id, None)

    def keep_pace(self) -> None:
        """Let each relay have what its limit allows; without one, whatever there is."""
        if (now := time.monotonic()) < self._ask_at:
            return
        self._ask_at = now + _PACE
        for relay, left in self.out.budgets().items():
            if not self.pace.limits(relay):
                if left != math.inf:
                    self.out.allow(relay, math.inf)
                continue
            have = 0 if left == math.inf else int(left)
            wanted = min(self.out.pending, _AT_ONCE) - have
            allowed = self.pace.relay(relay, wanted).messages if wanted > 0 else 0
            if allowed or left == math.inf:
                self.out.allow(relay, have + allowed)

    @property
    def patience(self) -> float:
        """Seconds that outcomes may come together before they are written, if they are not many.

        Each writing costs the same few milliseconds here and in the database: at 4,000 mails a
        second one for every 50 ms took a tenth of the sender. A relay with a limit is asked for
        more often what it allows.
        """
        limited = any(left != math.inf for left in self.out.budgets().values())
        return _PACE / 2 if limited else 0.5

    def settle(self) -> bool:
        """Write what was collected; whether a server said anything at all.

        What cannot be written stays for the next call: the rows, and their marks, can wait.
        """
        if not (self._unwritten or self._put_off):
            return False
        now = timezone.now()
        news = [*self._put_off, *self.flights.news(self._unwritten, now)]
        written = _patiently(lambda: ledger.settle(news, now))
        if written < len(news):
            _log.warning("%s outcomes came after their lease was ended", len(news) - written)
        self._unwritten, self._put_off = [], []
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
        self.pace.close()


def _fed(breaker: Breaker, flights: Flights, outcomes: list[Outcome]) -> Refused | None:
    """Called in the loop for each turn's outcomes: what is refused is told apart by its kind."""
    if breaker.calm and all(one.kind == "sent" for one in outcomes):
        breaker.well(len(outcomes))
        return None
    accepted, refusals = [], []
    for one in outcomes:
        if one.kind == "sent":
            accepted.append(flights.domain(one.key))
        elif one.kind == "refused" and one.code is not None:
            kind = classify(one.code, one.enhanced, one.text)
            said = f"{one.code} {one.enhanced} {one.text}"
            refusals.append(Refusal(kind, flights.domain(one.key), said))
    return breaker.feed(accepted, refusals)


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
