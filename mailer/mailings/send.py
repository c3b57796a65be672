"""Working on a mailing: groups out of the ledger, onto the wire, and their outcomes back into it.

    claim ─▸ ready (two groups ahead) ─▸ begin ─▸ on the wire ─▸ outcomes ─▸ settle ─▸ marks cleared

One call works for up to half a minute. What it holds outlives the call: the connections, the
journal, and whatever a slow server has not answered yet.
"""

import logging
import os
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from mailer.errors import BadAddress, MailerError, Misconfigured, N_
from mailer.mailings import control, ledger
from mailer.mailings.journals import BOOT, journals
from mailer.mailings.copies import Copies, envelope
from mailer.mailings.flights import Flights
from mailer.mailings.ledger import Group, Recipient
from mailer.mailings.message import Copy
from mailer.mailings.models import Mailing, MailingState
from mailer.mailings.outgoing import Outgoing
from mailer.smtp.envelope import Envelope, Outcome
from mailer.smtp.relay import Relay, parse_relay

_log = logging.getLogger(__name__)

#: Groups that are leased while another is on the wire.
_AHEAD = 2
#: The largest group, whatever the pace.
_MOST = 2000
#: Seconds after its consent was checked in which a mail may still begin.
_FRESH = 2.0
#: Seconds between two signs of life.
_BEAT = 5.0
#: Seconds that the end of a call waits for slow servers; later the next call hears of them.
_LANDING = 10.0
#: How long a relay that cannot be reached is left alone.
RELAY_REST = timedelta(seconds=20)
#: How often a database that went away is asked again, and how long in all.
_DATABASE_AGAIN, _DATABASE_PATIENCE = 0.5, 20.0


class Worker:
    """This process as a sender of mailings: its way out, what it has in hand, its editions."""

    def __init__(self, relay: Relay, folder: Path) -> None:
        self.out = Outgoing(relay, folder)
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
        if finished := self.flights.landed(news):
            ledger.end_leases(finished)
        self.out.clear([one.delivery for one in news])
        self._unwritten = []
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
            ledger.give_back(self.ready[0].lease, timezone.now())
            self.ready.popleft()

    def land(self, seconds: float) -> None:
        """Wait for what is on the wire, so many seconds at most."""
        self.give_back()
        until = time.monotonic() + seconds
        self.settle()
        while self.flights and (left := until - time.monotonic()) > 0:
            self.collect(min(left, 0.5))
            self.settle()
            self.beat()

    def close(self) -> None:
        """Leave in order: finish what has begun, write it, close the connections."""
        self.give_back()
        self.refuse(self.out.close())
        self.settle()
        self.out.end()


class Shift:
    """One call's work on one mailing."""

    def __init__(self, worker: Worker, mailing: Mailing, over: Callable[[], bool]) -> None:
        self._worker = worker
        self._mailing = mailing
        self._copies: dict[int, Copy] = worker.copies.of(mailing)
        self._over = over
        self._stopped = False
        self._look_at = 0.0

    def run(self) -> None:
        """Until the time is over, the mailing stands still, or nothing of it is due."""
        worker = self._worker
        while not (self._stopped or self._over()):
            if error := worker.out.unreachable:
                again_at = timezone.now() + RELAY_REST
                control.relay_is_down(self._mailing.pk, again_at, error.stored())
                return
            worker.collect(0.05 if worker.out.pending else 0)
            # The wire is fed before anything is written: it must not run dry for a commit.
            self._feed()
            if worker.settle():
                self._relay_answered()
            self._lease_ahead()
            worker.beat()
            if not (worker.ready or worker.out.pending):
                return

    def _feed(self) -> None:
        """Begin the next group when the one on the wire is half gone."""
        out = self._worker.out
        if self._worker.ready and out.pending <= self._worker.ready[0].size // 2:
            self._begin()

    def _lease_ahead(self) -> None:
        worker = self._worker
        if len(worker.ready) >= _AHEAD or time.monotonic() < self._look_at:
            return
        connections = worker.out.relay.connections
        size = max(connections, min(_MOST, int(worker.out.pace)))
        group = ledger.claim(
            self._mailing.pk,
            size,
            worker=worker.name,
            journal=worker.journal,
            now=timezone.now(),
        )
        if group is None:
            self._look_at = time.monotonic() + 0.5
        else:
            worker.ready.append(group)

    def _begin(self) -> None:
        worker, now = self._worker, timezone.now()
        group, not_after = worker.ready[0], time.monotonic() + _FRESH
        # Should the database's answer be lost, the group is still in `ready`, and given back.
        recipients = ledger.begin(group, now)
        worker.ready.popleft()
        if recipients is None:
            self._stopped = True
        if not recipients:
            ledger.give_back(group.lease, now)
            return
        worker.flights.depart(group.lease, self._mailing.deadline_at, recipients)
        envelopes, unusable = self._envelopes(recipients, now)
        worker.out.submit(envelopes, not_after)
        worker.refuse(unusable)

    def _relay_answered(self) -> None:
        if self._mailing.relay_due_at is not None:
            control.relay_is_up(self._mailing.pk)
            self._mailing.relay_due_at = None

    def _envelopes(
        self, recipients: list[Recipient], now: datetime
    ) -> tuple[list[Envelope], list[Outcome]]:
        envelopes, unusable = [], []
        for one in recipients:
            try:
                envelopes.append(envelope(self._copies[one.edition], one, now))
            except BadAddress as error:
                unusable.append(Outcome(one.delivery, "refused", "address", text=str(error)))
        return envelopes, unusable


def work(
    mailing_id: int, seconds: float = 30, *, draining: Callable[[], bool] = lambda: False
) -> bool:
    """Work on a mailing for up to `seconds`; True when more of it is due now.

    Safe to run twice, here and anywhere: what each does is decided by the rows it can claim.
    `draining` tells when this process should end: then the connections are closed in order.
    """
    until = time.monotonic() + seconds
    with _one_at_a_time:
        mailing = Mailing.objects.filter(pk=mailing_id, state=MailingState.RUNNING).first()
        if mailing is None:
            return False
        try:
            worker = _worker()
        except Misconfigured as error:
            control.relay_is_down(mailing_id, timezone.now() + RELAY_REST, error.stored())
            return False
        try:
            Shift(worker, mailing, lambda: draining() or time.monotonic() >= until).run()
        except MailerError as error:
            control.pause(mailing_id, None, error.stored())
        finally:
            if draining():
                close()
            else:
                worker.land(_LANDING)
        control.finish(mailing_id, timezone.now())
        return control.is_due(mailing_id, timezone.now())


_one_at_a_time = threading.RLock()
_workers: dict[int, Worker] = {}


def close() -> None:
    """Close this process's connections in order, within ten seconds; the next call opens others."""
    with _one_at_a_time:
        if worker := _workers.pop(os.getpid(), None):
            worker.close()


def _worker() -> Worker:
    """This process's worker, made anew when the relay is another or the process was forked."""
    if not settings.SMTP_URL:
        raise Misconfigured(
            N_("No SMTP relay is set: set SMTP_URL, or start `mailer up`, which brings a catcher.")
        )
    relay = parse_relay(settings.SMTP_URL)
    worker = _workers.get(os.getpid())
    if worker is not None and worker.out.relay != relay:
        close()
        worker = None
    if worker is None:
        worker = _workers[os.getpid()] = Worker(relay, journals())
    return worker


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
