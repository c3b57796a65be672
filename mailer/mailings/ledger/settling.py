"""What the wire brought back, written for a whole group at once."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from mailer.mailings import spans, statements, tallies
from mailer.mailings.hands import News
from mailer.mailings.ledger.rows import domains_of, note
from mailer.mailings.models import Delivery, DeliveryState, Event, Mailing
from mailer.mailings.retry import CAME_BACK, Kind
from mailer.mailings.statements import moment

_STATES = {state.name.lower(): state for state in DeliveryState}


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
        ends = statements.ends([one.delivery for one in told])
        cursor.execute(statements.settle_statement(), [moment(now), *rows, before, *ends])
        written = {row[0] for row in cursor.fetchall()}
    if len(written) < len(told):
        told = [one for one in told if one.delivery in written]
    _count(told, before)
    _put_back(told, now)
    note(
        Event(
            delivery_id=one.delivery,
            at=now,
            state=_STATES[one.decision.state],
            smtp_code=one.code,
            smtp_text=_text(one) or "",
        )
        for one in told
        if one.decision.state != "sent" and one.decision.attempt
    )
    return written


def _row(one: News, now: datetime) -> tuple[Any, ...]:
    decision = one.decision
    due = None if decision.delay is None else moment(_due(decision.delay, now))
    state = _STATES[decision.state].value
    return one.delivery, one.lease, state, due, int(decision.attempt), one.code, _text(one)


def _due(delay: timedelta, now: datetime) -> datetime:
    return now + delay if delay else spans.AT_ONCE


def _text(one: News) -> str | None:
    if one.decision.state == "uncertain" and not one.text:
        # No server said why: the ledger says it in its own words.
        return one.decision.kind.value
    if one.decision.kind is Kind.TOO_LATE and one.code is None:
        # What the line said as it broke, last of many times, is not why it is tried no more.
        return Kind.TOO_LATE.value
    return None if one.text is None else one.text.replace("\0", "")


def _count(told: list[News], before: DeliveryState) -> None:
    after = Counter((one.mailing, one.decision.state, one.domain) for one in told)
    by_mailing: dict[int, tallies.Moves] = {}
    for (mailing, state, domain), count in after.items():
        moves = by_mailing.setdefault(mailing, Counter())
        moves[_STATES[state], domain] += count
        # What was in doubt had been counted at its domain.
        moves[before, domain if before == DeliveryState.UNCERTAIN else ""] -= count
    for mailing, moves in by_mailing.items():
        tallies.add(mailing, moves)


def _put_back(told: list[News], now: datetime) -> None:
    waiting: dict[tuple[int, timedelta], list[int]] = {}
    for one in told:
        if one.decision.delay is not None:
            waiting.setdefault((one.mailing, one.decision.delay), []).append(one.delivery)
    for (mailing, delay), deliveries in waiting.items():
        spans.put_back(mailing, deliveries, _due(delay, now))


def settle_late(mailing_id: int, deliveries: Iterable[int], now: datetime) -> int:
    """Mark as sent those of these deliveries that are uncertain; how many were.

    Something came back that only an accepted mail can cause. The lease on them goes: a worker that
    comes back to tell their end finds it told.
    """
    told = list(deliveries)
    with transaction.atomic():
        # Locked: rows that are folded this very moment must not be counted as sent.
        mailing = Mailing.objects.select_for_update(of=("self",)).get(pk=mailing_id)
        doubtful = Delivery.objects.select_for_update().filter(
            mailing=mailing, id__in=told, state=DeliveryState.UNCERTAIN
        )
        found = dict(doubtful.order_by("id").values_list("id", "subscriber_id"))
        Delivery.objects.filter(id__in=list(found)).update(
            state=DeliveryState.SENT,
            lease=None,
            smtp_code=None,
            smtp_text=CAME_BACK,
            updated_at=now,
        )
        moves: tallies.Moves = Counter()
        for domain, count in domains_of(found.values(), mailing.domains).items():
            moves[DeliveryState.UNCERTAIN, domain] -= count
            moves[DeliveryState.SENT, domain] += count
        tallies.add(mailing_id, moves)
        note(
            Event(delivery_id=one, at=now, state=DeliveryState.SENT, smtp_text=CAME_BACK)
            for one in found
        )
    return len(found)


def end_leases(leases: list[int]) -> None:
    """Everything that these leases held is settled."""
    with transaction.atomic():
        spans.end(leases)
