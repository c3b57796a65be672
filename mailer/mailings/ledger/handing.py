"""The way out: everybody queued, a group leased, its hand-over begun."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min

from mailer.mailings import spans, statements, tallies
from mailer.mailings.hands import Group, Recipient, domain_of
from mailer.mailings.ledger.rows import count_leased, named_domains, note
from mailer.mailings.models import Delivery, DeliveryState, Event, Lease, Mailing, MailingState
from mailer.mailings.statements import Audience, for_share, moment, with_lists

#: How long a group stays in a worker's hands without a sign of life.
LEASE = timedelta(seconds=30)


def write_queued(mailing: Mailing, audience: Audience, now: datetime) -> int:
    """Everybody who gets this mailing, as queued; how many. Within the caller's transaction."""
    # Whatever another fan-out writes meanwhile, ours come behind what stands now.
    before = Delivery.objects.aggregate(last=Max("id"))["last"] or 0
    statement, parameters = audience.of(statements.WRITE_QUEUED, now)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, mailing.pk, moment(spans.AT_ONCE), moment(now)])
        count = int(cursor.rowcount)
    ours = Delivery.objects.filter(mailing=mailing, id__gt=before)
    ends = ours.aggregate(first=Min("id"), last=Max("id"))
    mailing.first, mailing.last = ends["first"], ends["last"]
    mailing.domains = _domains(mailing)
    mailing.save(update_fields=["first", "last", "domains"])
    spans.lay_out(mailing)
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
            counted = count_leased(lease.pk)
            if not counted:  # stale spans, of what was settled or cancelled since
                spans.drop(lease.pk)
        taken = sum(counted.values())
        moves: tallies.Moves = Counter()
        moves.update({(state, ""): -count for state, count in counted.items()})
        moves[DeliveryState.LEASED, ""] = taken
        tallies.add(mailing_id, moves)
        return Group(lease.pk, mailing_id, taken)


def begin(group: Group, now: datetime) -> list[Recipient] | None:
    """Start the hand-over of a group; those who may still get the mail.

    Consent and suppression are looked at again under row locks; who left becomes suppressed.
    None when the mailing no longer runs or the lease is gone: then nothing may be sent.
    """
    with transaction.atomic():
        if not _runs(group.mailing) or not _holds(group.lease, now):
            return None
        lists = Mailing.objects.values_list("lists", flat=True).get(pk=group.mailing)
        statement, places = with_lists(statements.held(statements.STILL_WANTED), lists)
        with connection.cursor() as cursor:
            cursor.execute(statement + for_share("n"), [group.lease, *places, moment(now)])
            # A person on two of the lists comes twice.
            wanted = {row[0]: Recipient._make(row) for row in cursor.fetchall()}
            gone = group.size - len(wanted) and _suppress(group, wanted, now)
            cursor.execute(
                statements.held(statements.BEGIN_ROWS), [group.lease, moment(now), group.lease]
            )
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
    statement = statements.held(statements.HELD)
    with connection.cursor() as cursor:
        cursor.execute(statement, [group.lease])
        gone = [(one, domain_of(email)) for one, email in cursor.fetchall() if one not in wanted]
    Delivery.objects.filter(id__in=[one for one, _ in gone]).update(
        state=DeliveryState.SUPPRESSED, lease=None, updated_at=now
    )
    named = named_domains(group.mailing)
    told = Counter(
        (DeliveryState.SUPPRESSED.value, domain if domain in named else "") for _, domain in gone
    )
    tallies.add(group.mailing, told)
    note(Event(delivery_id=one, at=now, state=DeliveryState.SUPPRESSED) for one, _ in gone)
    return len(gone)


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


def heartbeat(leases: Iterable[int], now: datetime) -> None:
    """A sign of life: these groups stay in their worker's hands."""
    Lease.objects.filter(pk__in=list(leases)).update(until=now + LEASE)
