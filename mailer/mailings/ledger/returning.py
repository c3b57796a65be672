"""What comes back out of a worker's hands: given back by itself, or taken from the dead."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Min, QuerySet

from mailer.mailings import spans, statements, tallies
from mailer.mailings.hands import Group, News, domain_of
from mailer.mailings.ledger.rows import count_leased, domains_of, named_domains, of_mailing
from mailer.mailings.ledger.settling import settle
from mailer.mailings.models import Delivery, DeliveryState, Lease, Mailing
from mailer.mailings.retry import WITHOUT_MARKS, from_mark
from mailer.smtp.marks import Mark


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
            doubtful = of_mailing(mailing).filter(lease=group.lease, state=DeliveryState.UNCERTAIN)
            _queue(doubtful, group.mailing, DeliveryState.UNCERTAIN, now)
        else:
            release(lease, now)


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
            release(lease, now)
        else:
            _settle_by_marks(lease, marks, now, complete=complete and marks is not None)
            spans.end([lease_id])
        return True


def _settle_by_marks(
    lease: Lease, marks: Mapping[int, Mark] | None, now: datetime, *, complete: bool
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements.held(statements.HELD, "2"), [lease.pk])
        held = dict(cursor.fetchall())
    told, named = marks or {}, named_domains(lease.mailing_id)
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


def release(lease: Lease, now: datetime) -> None:
    """End a lease of which nothing left: its spans wait as they did, or what had begun of them."""
    if lease.begun_at is None:
        counted = count_leased(lease.pk)
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
    found = dict(held.values_list("id", "subscriber_id"))
    Delivery.objects.filter(id__in=list(found)).update(
        state=DeliveryState.QUEUED, lease=None, updated_at=now
    )
    doubtful = before == DeliveryState.UNCERTAIN
    domains = (
        domains_of(found.values(), named_domains(mailing_id)) if doubtful else {"": len(found)}
    )
    moves = {(before.value, domain): -count for domain, count in domains.items()}
    tallies.add(mailing_id, {**moves, (DeliveryState.QUEUED, ""): len(found)})
    spans.put_back(mailing_id, found, spans.AT_ONCE)
