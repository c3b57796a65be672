"""The ledger: what becomes of each delivery. This module is the only writer of their states.

    queued → leased → sending → sent
               │         ├────→ refused (5xx, with code and text; or put off past the deadline)
               │         ├────→ deferred (4xx) → leased again at its time
               │         ├────→ uncertain (the line broke after the final dot, before the reply)
               │         └────→ queued (the line was lost before the dot, or it was not begun)
               └────→ queued again when the lease lapses, or is given back
    queued, leased, deferred → suppressed (left, bounced, erased since the fan-out) · cancelled
    uncertain → whatever the worker that was believed dead says when it comes back
    uncertain, refused → queued (a person asks)
    any, once its mailing ended long ago → gone; the sums stay (`retention`, which writes no state)

    write_queued   everybody, before the first mail leaves
    claim          queued, deferred → leased      a group in one worker's hands, under a lease
    begin          leased → sending | suppressed  the hand-over: from here on a mail may leave
    settle         sending → …                    what the wire brought back
    give_back      leased → queued                not begun after all
    take_back      leased, sending → …            what a dead or frozen worker held
    ask_again      uncertain, refused → queued    a person asked for it
    cancel_rest    queued, leased, deferred → cancelled
    close_late     deferred → refused             the deadline passed
    audit          the rows, and what is kept beside them, made to agree

What waits, and what a lease holds, is told by spans (`spans`): `leased` is a waiting row in a span
under a lease. The sums stand in tallies (`tallies`), moved in the same transaction as the rows.

The lease is the fence. Whoever acts on a group names its lease in the statement itself; a worker
that was frozen finds its lease gone and sends nothing. Locks are taken in one order: mailing,
lease, spans, subscriptions, deliveries.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet

from mailer.mailings import spans, statements, tallies
from mailer.mailings.hands import Group, News, Recipient, domain_of
from mailer.mailings.models import Delivery, DeliveryState, Event, Lease, Mailing, MailingState
from mailer.mailings.report import Sums, folded, rows, sums
from mailer.mailings.retry import WITHOUT_MARKS, from_mark
from mailer.mailings.statements import for_share, moment, with_lists
from mailer.smtp.marks import Mark

__all__ = ["Group", "News", "Recipient", "Sums", "rows", "sums"]

#: How long a group stays in a worker's hands without a sign of life.
LEASE = timedelta(seconds=30)

OPEN = (DeliveryState.QUEUED, DeliveryState.DEFERRED)
UNSETTLED = (*OPEN, DeliveryState.SENDING)
_STATES = {state.name.lower(): state for state in DeliveryState}


def write_queued(mailing: Mailing, fallback: str, now: datetime) -> int:
    """Everybody who gets this mailing, as queued; how many. Within the caller's transaction."""
    # Whatever another fan-out writes meanwhile, ours come behind what stands now.
    before = Delivery.objects.aggregate(last=Max("id"))["last"] or 0
    statement, lists = with_lists(statements.WRITE_QUEUED, mailing.lists)
    parameters = [*lists, mailing.issue_id, mailing.issue_id, fallback]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, mailing.pk, moment(now), moment(now)])
        count = int(cursor.rowcount)
    ours = Delivery.objects.filter(mailing=mailing, id__gt=before)
    ends = ours.aggregate(first=Min("id"), last=Max("id"))
    mailing.first, mailing.last = ends["first"], ends["last"]
    mailing.domains = _domains(mailing)
    mailing.save(update_fields=["first", "last", "domains"])
    spans.lay_out(mailing, now)
    tallies.add(mailing.pk, {(DeliveryState.QUEUED, ""): count})
    return count


def _domains(mailing: Mailing) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            statements.domain_statement(),
            [mailing.pk, mailing.first, mailing.last, tallies.NAMED],
        )
        return dict(cursor.fetchall())


def claim(mailing_id: int, size: int, *, worker: str, journal: str, now: datetime) -> Group | None:
    """Take up to `size` due deliveries; None when there are none, or the mailing stands still."""
    with transaction.atomic():
        if not _runs(mailing_id) or not spans.waiting(now).filter(mailing=mailing_id).exists():
            return None
        lease = Lease(mailing_id=mailing_id, worker=worker, journal=journal, until=now + LEASE)
        lease.save(force_insert=True)
        counted: dict[int, int] = {}
        while not counted:
            if not spans.take(lease, size, now):
                lease.delete()
                return None
            counted = _count_leased(lease.pk)
            if not counted:  # stale spans, of what was settled or cancelled since
                spans.drop(lease.pk)
        taken = sum(counted.values())
        moves: tallies.Moves = Counter()
        moves.update({(state, ""): -count for state, count in counted.items()})
        moves[DeliveryState.LEASED, ""] = taken
        tallies.add(mailing_id, moves)
        return Group(lease.pk, mailing_id, taken)


def _count_leased(lease_id: int) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(statements.COUNT_LEASED, [lease_id])
        return dict(cursor.fetchall())


def begin(group: Group, now: datetime) -> list[Recipient] | None:
    """Start the hand-over of a group; those who may still get the mail.

    Consent and suppression are looked at again under row locks; who left becomes suppressed.
    None when the mailing no longer runs or the lease is gone: then nothing may be sent.
    """
    with transaction.atomic():
        if not _runs(group.mailing) or not _holds(group.lease, now):
            return None
        lists = Mailing.objects.values_list("lists", flat=True).get(pk=group.mailing)
        statement, places = with_lists(statements.STILL_WANTED, lists)
        with connection.cursor() as cursor:
            cursor.execute(statement + for_share("n"), [group.lease, *places])
            # A person on two of the lists comes twice.
            wanted = {row[0]: Recipient._make(row) for row in cursor.fetchall()}
            gone = group.size - len(wanted) and _suppress(group, wanted, now)
            cursor.execute(statements.BEGIN_ROWS, [group.lease, moment(now), group.lease])
            begun = int(cursor.rowcount)
        Lease.objects.filter(pk=group.lease).update(begun_at=now)
        moves: tallies.Moves = Counter()
        moves[DeliveryState.LEASED, ""] = -group.size
        moves[DeliveryState.SENDING, ""] = begun
        # What two leases had both counted waits with the other.
        moves[DeliveryState.QUEUED, ""] = group.size - begun - gone
        tallies.add(group.mailing, moves)
        return list(wanted.values())


def _suppress(group: Group, wanted: Collection[int], now: datetime) -> int:
    statement = statements.HELD.format(states="0, 5")
    with connection.cursor() as cursor:
        cursor.execute(statement, [group.lease])
        gone = [(one, domain_of(email)) for one, email in cursor.fetchall() if one not in wanted]
    Delivery.objects.filter(id__in=[one for one, _ in gone]).update(
        state=DeliveryState.SUPPRESSED, lease=None, updated_at=now
    )
    named = _named(group.mailing)
    told = Counter(
        (DeliveryState.SUPPRESSED.value, domain if domain in named else "") for _, domain in gone
    )
    tallies.add(group.mailing, told)
    _note(Event(delivery_id=one, at=now, state=DeliveryState.SUPPRESSED) for one, _ in gone)
    return len(gone)


def _named(mailing_id: int) -> Collection[str]:
    found: dict[str, int] = Mailing.objects.values_list("domains", flat=True).get(pk=mailing_id)
    return found


def _runs(mailing_id: int) -> bool:
    """Whether the mailing runs, and it neither pauses nor ends while this transaction lasts."""
    with connection.cursor() as cursor:
        cursor.execute(statements.MAILING_STATE + for_share(), [mailing_id])
        found = cursor.fetchone()
    return found is not None and found[0] == MailingState.RUNNING


def _holds(lease_id: int, now: datetime) -> bool:
    """Whether the lease still stands, not begun, and nobody takes it back meanwhile."""
    standing = Lease.objects.select_for_update().filter(pk=lease_id, until__gt=now, begun_at=None)
    return standing.first() is not None


def settle(news: Iterable[News], now: datetime) -> int:
    """Write what became of deliveries; how many were still this worker's to write.

    Safe to repeat: what is written is in nobody's hands any more.
    """
    told = list(news)
    if not told:
        return 0
    with transaction.atomic():
        written = _settle(told, DeliveryState.SENDING, now)
        if len(written) < len(told):
            # The take-back had to leave these uncertain; this worker alone knows their end.
            missing = [one for one in told if one.delivery not in written]
            written |= _settle(missing, DeliveryState.UNCERTAIN, now)
        return len(written)


def _settle(told: list[News], before: DeliveryState, now: datetime) -> set[int]:
    with connection.cursor() as cursor:
        rows = statements.columns([_row(one, now) for one in told])
        cursor.execute(statements.settle_statement(), [moment(now), *rows, before])
        written = {row[0] for row in cursor.fetchall()}
    if len(written) < len(told):
        told = [one for one in told if one.delivery in written]
    _count(told, before)
    _put_back(told, now)
    _note(
        Event(
            delivery_id=one.delivery,
            at=now,
            state=_STATES[one.decision.state],
            smtp_code=one.code,
            smtp_text=_text(one) or "",
        )
        for one in told
        if one.decision.state != "sent"
    )
    return written


def _row(one: News, now: datetime) -> tuple[Any, ...]:
    decision = one.decision
    due = None if decision.delay is None else moment(now + decision.delay)
    state = _STATES[decision.state].value
    return one.delivery, one.lease, state, due, int(decision.attempt), one.code, _text(one)


def _text(one: News) -> str | None:
    if one.decision.state == "uncertain" and not one.text:
        # No server said why: the ledger says it in its own words.
        return one.decision.kind.value
    return None if one.text is None else one.text.replace("\0", "")


def _count(told: list[News], before: DeliveryState) -> None:
    after = Counter((one.mailing, one.decision.state, one.domain) for one in told)
    by_mailing: dict[int, tallies.Moves] = {}
    for (mailing, state, domain), count in after.items():
        moves = by_mailing.setdefault(mailing, Counter())
        moves[_STATES[state], domain] += count
        moves[before, ""] -= count
    for mailing, moves in by_mailing.items():
        tallies.add(mailing, moves)


def _put_back(told: list[News], now: datetime) -> None:
    waiting: dict[tuple[int, timedelta], list[int]] = {}
    for one in told:
        if one.decision.delay is not None:
            waiting.setdefault((one.mailing, one.decision.delay), []).append(one.delivery)
    for (mailing, delay), deliveries in waiting.items():
        spans.put_back(mailing, deliveries, now + delay)


def _note(events: Iterable[Event]) -> None:
    Event.objects.bulk_create(events)


def heartbeat(leases: Iterable[int], now: datetime) -> None:
    """A sign of life: these groups stay in their worker's hands."""
    Lease.objects.filter(pk__in=list(leases)).update(until=now + LEASE)


def end_leases(leases: list[int]) -> None:
    """Everything that these leases held is settled."""
    with transaction.atomic():
        spans.end(leases)


def give_back(group: Group, now: datetime) -> None:
    """Queue again a group of which, as this worker knows, nothing reached the wire.

    Even rows that are `sending`: the database's answer to `begin` may have been lost. Even those
    that a take-back left uncertain, for it could not know.
    """
    with transaction.atomic():
        lease = Lease.objects.select_for_update().filter(pk=group.lease).first()
        if lease is None:
            # Locked: rows that are folded this very moment must not be counted as queued.
            mailing = Mailing.objects.select_for_update().get(pk=group.mailing)
            doubtful = _of(mailing).filter(lease=group.lease, state=DeliveryState.UNCERTAIN)
            _queue(doubtful, group.mailing, DeliveryState.UNCERTAIN, now)
        else:
            _release(lease, now)


def take_back(
    lease_id: int, marks: Mapping[int, Mark] | None, now: datetime, *, complete: bool = True
) -> bool:
    """End a lease whose worker is dead or frozen; False when somebody else just did.

    `marks` are the worker's, by delivery: a reply that was marked is believed, a dot without a
    reply is uncertain, and what has no mark certainly did not leave. Unless they are not
    `complete`, for their writer lives and could still write a dot: then all that has no reply is
    uncertain, as everything is when they are lost (None). The lease's id stays on what is
    uncertain, for the day the worker comes back.
    """
    with transaction.atomic():
        lease = Lease.objects.select_for_update(skip_locked=True).filter(pk=lease_id).first()
        if lease is None:
            return False
        if lease.begun_at is None:
            _release(lease, now)
        else:
            _settle_by_marks(lease, marks, now, complete=complete and marks is not None)
            spans.end([lease_id])
        return True


def _settle_by_marks(
    lease: Lease, marks: Mapping[int, Mark] | None, now: datetime, *, complete: bool
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements.HELD.format(states="2"), [lease.pk])
        held = dict(cursor.fetchall())
    told, named = marks or {}, _named(lease.mailing_id)
    news = []
    for delivery, email in held.items():
        mark = told.get(delivery)
        code = mark.code if mark else None
        if complete or code is not None:
            decision = from_mark(mark is not None and mark.dot_written, code)
            text = None
        else:
            decision, text = from_mark(dot_written=True, code=None), WITHOUT_MARKS
        domain = domain_of(email)
        domain = domain if domain in named else ""
        news.append(News(delivery, lease.pk, lease.mailing_id, decision, code, text, domain))
    settle(news, now)
    if not complete:
        # The fence stays on what is in doubt, for the day its worker comes back.
        doubtful = [one.delivery for one in news if one.decision.state == "uncertain"]
        Delivery.objects.filter(id__in=doubtful).update(lease=lease)


def _release(lease: Lease, now: datetime) -> None:
    """End a lease of which nothing left: its spans wait as they did, or what had begun of them."""
    if lease.begun_at is None:
        counted = _count_leased(lease.pk)
        moves: tallies.Moves = Counter({(state, ""): count for state, count in counted.items()})
        moves[DeliveryState.LEASED, ""] = -sum(counted.values())
        tallies.add(lease.mailing_id, moves)
        spans.release(lease.pk)
    else:
        ends = lease.spans.aggregate(first=Min("first"), last=Max("last"))
        held = Delivery.objects.filter(lease=lease, state=DeliveryState.SENDING).filter(
            id__gte=ends["first"] or 0, id__lte=ends["last"] or 0
        )
        _queue(held, lease.mailing_id, DeliveryState.SENDING, now)
    spans.end([lease.pk])


def _queue(held: QuerySet[Delivery], mailing_id: int, before: DeliveryState, now: datetime) -> None:
    ids = list(held.values_list("id", flat=True))
    Delivery.objects.filter(id__in=ids).update(
        state=DeliveryState.QUEUED, lease=None, updated_at=now
    )
    tallies.move(mailing_id, before, DeliveryState.QUEUED, len(ids))
    spans.put_back(mailing_id, ids, now)


def ask_again(
    mailing: Mailing, state: DeliveryState, by: User | None, due_at: datetime, now: datetime
) -> int:
    """Queue all that are uncertain, or refused, again; how many. The mailing's row is locked.

    Refused when it is folded: who they were is no longer known.
    """
    if mailing.folded_at is not None:
        raise folded(mailing)
    with transaction.atomic():
        chosen = _of(mailing).filter(state=state)
        noted = chosen.values_list("id", "subscriber__email")
        domains: Counter[str] = Counter()
        events: list[Event] = []
        for delivery, email in noted.iterator(chunk_size=2000):
            domains[domain_of(email) if domain_of(email) in mailing.domains else ""] += 1
            events.append(Event(delivery_id=delivery, at=now, state=DeliveryState.QUEUED, by=by))
        Event.objects.bulk_create(events, batch_size=2000)
        moves = {(state.value, domain): -count for domain, count in domains.items()}
        tallies.add(mailing.pk, {**moves, (DeliveryState.QUEUED, ""): domains.total()})
        chosen.update(state=DeliveryState.QUEUED, lease=None, due_at=due_at, updated_at=now)
        spans.rewrite(mailing)
        return domains.total()


def _of(mailing: Mailing) -> QuerySet[Delivery]:
    return Delivery.objects.filter(mailing=mailing, id__gte=mailing.first, id__lte=mailing.last)


def cancel_rest(mailing: Mailing, now: datetime) -> int:
    """Cancel all that has not begun; within the transaction that holds the mailing's row."""
    return _end_waiting(mailing, OPEN, DeliveryState.CANCELLED, now)


def close_late(mailing: Mailing, now: datetime) -> int:
    """Refuse what the servers put off until past the deadline, with their last word on it."""
    if mailing.deadline_at > now or not sums(mailing.pk).deferred:
        return 0
    with transaction.atomic():
        Mailing.objects.select_for_update().get(pk=mailing.pk)
        return _end_waiting(mailing, (DeliveryState.DEFERRED,), DeliveryState.REFUSED, now)


def _end_waiting(
    mailing: Mailing, before: tuple[DeliveryState, ...], after: DeliveryState, now: datetime
) -> int:
    for lease in mailing.leases.select_for_update().filter(begun_at=None):
        _release(lease, now)
    ended = 0
    for state in before:
        count = _of(mailing).filter(state=state).update(state=after, updated_at=now)
        tallies.move(mailing.pk, state, after, count)
        ended += count
    spans.rewrite(mailing)
    return ended


def audit(mailing: Mailing, now: datetime) -> bool:
    """Make what is kept beside the rows what the rows say; whether they had differed.

    Within a transaction that holds the mailing's row. Nobody's row is believed to be in hands that
    no lease names: what was handed over is uncertain then, what waits is found again. Of one that
    is folded the sums are all there is, and stand.
    """
    if mailing.folded_at is not None:
        return False
    orphans = _of(mailing).filter(
        ~Exists(Lease.objects.filter(pk=OuterRef("lease"))), state=DeliveryState.SENDING
    )
    orphans.update(state=DeliveryState.UNCERTAIN, smtp_text=WITHOUT_MARKS, updated_at=now)
    found = _of(mailing).values_list("state").annotate(Count("id")).order_by()
    counted = Counter(dict(found))
    for lease in mailing.leases.filter(begun_at=None):
        for state, count in _count_leased(lease.pk).items():
            counted[state] -= count
            counted[DeliveryState.LEASED] += count
    spans.rewrite(mailing)
    return tallies.recount(mailing.pk, counted)
