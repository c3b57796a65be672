"""Working on a mailing: groups out of the ledger, onto the wire, and their outcomes back into it.

    claim ─▸ ready (two groups ahead) ─▸ begin ─▸ on the wire ─▸ outcomes ─▸ settle ─▸ marks cleared

One call works for up to half a minute. What it holds outlives the call: the connections, the
journal, and whatever a slow server has not answered yet.
"""

import os
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from mailer.errors import N_, MailerError, Misconfigured
from mailer.mailings import alarms, control, holding, ledger, spans
from mailer.mailings.breaker import BY_ONE
from mailer.mailings.copies import Envelopes
from mailer.mailings.hands import Recipient
from mailer.mailings.holding import Holds
from mailer.mailings.journals import journals
from mailer.mailings.message import Copy
from mailer.mailings.models import Mailing, MailingState
from mailer.mailings.worker import Worker
from mailer.smtp.envelope import Envelope, Outcome
from mailer.smtp.relay import parse_relays

#: Groups that are leased while another is on the wire.
_AHEAD = 2
#: The largest group, whatever the pace.
_MOST = 4000
#: Seconds after its consent was checked in which a mail may still begin.
_FRESH = 2.0
#: Seconds for which a call stays, when those who wait for the pace are due by then.
_MOMENT = 2.0
#: Seconds that the end of a call waits for slow servers; later the next call hears of them.
_LANDING = 10.0
#: How long a relay that cannot be reached is left alone.
RELAY_REST = timedelta(seconds=20)


class Shift:
    """One call's work on one mailing."""

    def __init__(self, worker: Worker, mailing: Mailing, over: Callable[[], bool]) -> None:
        self._worker = worker
        self._mailing = mailing
        self._copies: dict[int, Copy] = worker.copies.of(mailing)
        self._over = over
        self._holds = Holds(mailing.pk)
        self._stopped = self._paced = False
        self._nap = 0.0
        self._look_at = 0.0

    def run(self) -> None:
        """Until the time is over, the mailing stands still, or nothing of it is due."""
        worker = self._worker
        while not (self._stopped or self._over()):
            if error := worker.out.unreachable:
                again_at = timezone.now() + RELAY_REST
                control.relay_is_down(self._mailing.pk, again_at, error.stored())
                return
            if why := worker.out.stopped:
                worker.forget(self._mailing.pk)
                self._stand_still(why)
                return
            worker.keep_pace()
            worker.collect(worker.patience if worker.out.pending else self._nap)
            # The wire is fed before anything is written: it must not run dry for a commit.
            self._feed()
            if worker.settle():
                self._relay_answered()
            self._lease_ahead()
            worker.beat()
            self._nap = 0.0
            if not (worker.ready or worker.out.pending or self._waits_a_moment()):
                return

    def _stand_still(self, why: MailerError) -> None:
        """All of the mailing, or one provider's part: what has not begun comes back either way,
        and the next call goes on with everybody else's."""
        if why.message == BY_ONE:
            name = str(why.values["domain"])
            holding.hold(self._mailing.pk, name, why.stored(), timezone.now())
        else:
            alarms.stop(self._mailing.pk, why.stored(), timezone.now())

    def _waits_a_moment(self) -> bool:
        """Whether somebody's turn comes in a moment, of those who waited for the pace.

        The clock comes again only in some seconds: a limited domain would be sent to in bursts,
        far below its pace. But no other mailing waits for this one's turns.
        """
        due_at = spans.next_due(self._mailing.pk) if self._paced else None
        moment = (due_at - timezone.now()).total_seconds() if due_at else _MOMENT
        if moment >= _MOMENT or control.others_due(self._mailing.pk, timezone.now()):
            return False
        self._look_at = 0.0
        self._nap = min(max(moment, 0.05), 0.5)
        return True

    def _feed(self) -> None:
        """Begin the next group when the one on the wire is half gone."""
        out = self._worker.out
        if self._worker.ready and out.pending <= self._worker.ready[0].size // 2:
            self._begin()

    def _lease_ahead(self) -> None:
        worker = self._worker
        if len(worker.ready) >= _AHEAD or time.monotonic() < self._look_at:
            return
        size = max(worker.out.connections, min(_MOST, int(worker.out.pace)))
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
        # Until the group is on the wire it stays in `ready`: should the database's answer be lost,
        # or anything else go wrong, it is given back.
        recipients = ledger.begin(group, now)
        waits = self._waits(recipients or [])
        going = [one for one in recipients or [] if one.delivery not in waits]
        envelopes, unusable = self._envelopes(going, now)
        worker.ready.popleft()
        if recipients is None:
            self._stopped = True
        if not recipients:
            ledger.give_back(group, now)
            return
        mailing = self._mailing
        worker.flights.depart(group, mailing.deadline_at, mailing.domains, recipients)
        worker.out.submit(envelopes, not_after)
        worker.refuse(unusable)
        worker.put_off(waits.items())
        self._paced |= bool(waits)

    def _waits(self, recipients: list[Recipient]) -> dict[int, float]:
        """Who waits, by delivery, and how many seconds: their provider's part stands still, or it
        is not their turn yet at the pace of their domain."""
        held = self._holds.waits([one.email for one in recipients])
        waits = {one.delivery: wait for one, wait in zip(recipients, held, strict=True) if wait}
        going = [one for one in recipients if one.delivery not in waits] if waits else recipients
        told = self._worker.pace.waits([one.email for one in going])
        waits |= {one.delivery: wait for one, wait in zip(going, told, strict=True) if wait}
        return waits

    def _relay_answered(self) -> None:
        if self._mailing.relay_due_at is not None:
            control.relay_is_up(self._mailing.pk)
            self._mailing.relay_due_at = None

    def _envelopes(
        self, recipients: list[Recipient], now: datetime
    ) -> tuple[list[Envelope], list[Outcome]]:
        envelopes, unusable = [], []
        write = Envelopes(self._copies, now).to
        for one in recipients:
            try:
                envelopes.append(write(one))
            except MailerError as error:
                unusable.append(Outcome(one.delivery, "refused", "address", text=str(error)))
        return envelopes, unusable


def work(
    mailing_id: int, seconds: float = 30, *, draining: Callable[[], bool] = lambda: False
) -> bool:
    """Work on a mailing for up to `seconds`; True when this should be called again now.

    Safe to run twice, here and anywhere: what each does is decided by the rows it can claim.
    `draining` tells when this process should end: then the connections are closed in order.
    """
    until = time.monotonic() + seconds
    with _one_at_a_time:
        mailing = Mailing.objects.filter(pk=mailing_id, state=MailingState.RUNNING).first()
        if mailing is None:
            return _land(draining)
        try:
            worker = _worker()
        except Misconfigured as error:
            control.relay_is_down(mailing_id, timezone.now() + RELAY_REST, error.stored())
            return False
        try:
            worker.give_back()  # what a call that failed could not
            worker.guard(mailing_id)
            Shift(worker, mailing, lambda: draining() or time.monotonic() >= until).run()
        except Misconfigured as error:
            control.relay_is_down(mailing_id, timezone.now() + RELAY_REST, error.stored())
        except MailerError as error:
            alarms.stop(mailing_id, error.stored(), timezone.now())
        finally:
            awaited = _land(draining)
        control.finish(mailing_id, timezone.now())
        return awaited or control.is_due(mailing_id, timezone.now())


def _land(draining: Callable[[], bool]) -> bool:
    """Wait for slow servers, or leave in order when told to stop; whether some are still awaited.

    Then this process should be asked again: nobody else hears their answers.
    """
    worker = _workers.get(os.getpid())
    if worker is None:
        return False
    worker.land(_LANDING, draining)
    if draining():
        close()
    return bool(worker.flights)


_one_at_a_time = threading.RLock()
_workers: dict[int, Worker] = {}


def close() -> None:
    """Close this process's connections in order, within ten seconds; the next call opens others."""
    with _one_at_a_time:
        if worker := _workers.pop(os.getpid(), None):
            worker.close()


def _worker() -> Worker:
    """This process's worker, made anew when the relays are others or the process was forked."""
    if not settings.SMTP_URL:
        raise Misconfigured(
            N_("No SMTP relay is set: set SMTP_URL, or start `mailer up`, which brings a catcher.")
        )
    relays = parse_relays(settings.SMTP_URL)
    worker = _workers.get(os.getpid())
    if worker is not None and worker.out.relays != relays:
        close()
        worker = None
    if worker is None:
        try:
            worker = _workers[os.getpid()] = Worker(relays, journals())
        except OSError as error:
            raise Misconfigured(
                N_(
                    "The folder %(folder)s cannot be written: %(reason)s. Without its journal"
                    " there nothing is sent: make room, or let the mailer write there."
                ),
                folder=str(journals()),
                reason=error.strerror or str(error),
            ) from error
    return worker
