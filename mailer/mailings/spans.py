"""What waits in a mailing, as runs of ids: written, taken for a lease, given back. For the ledger.

A queue in an index would be written anew at each change of state of each row. A run of ids costs
one small row for thousands of deliveries, and a delivery is only written when its own state moves.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from mailer.mailings.models import Delivery, DeliveryState, Lease, Mailing, Span
from mailer.mailings.runs import runs
from mailer.mailings.statements import WRITE_SPANS

#: Due whatever the time is: a clock that jumps back makes nobody wait who has nothing to wait for.
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
#: Ids in a span at most: several workers, and the second half of a group, find one each.
WIDEST = 5000
#: A look takes so many spans: in a fresh mailing one of them is more than a group.
_FEW = 4


def lay_out(mailing: Mailing) -> None:
    """A new mailing: everybody waits."""
    starts = range(mailing.first, mailing.last + 1, WIDEST)
    Span.objects.bulk_create(
        Span(
            mailing=mailing,
            first=first,
            last=min(first + WIDEST - 1, mailing.last),
            due_at=AT_ONCE,
        )
        for first in starts
    )


def put_back(mailing_id: int, deliveries: Iterable[int], due_at: datetime) -> None:
    """These wait again, until a time."""
    Span.objects.bulk_create(
        Span(mailing_id=mailing_id, first=first, last=last, due_at=due_at)
        for first, last in runs(deliveries)
    )


def rewrite(mailing: Mailing) -> None:
    """Write the spans of all that waits from the rows themselves; the mailing's row is locked."""
    Span.objects.filter(mailing=mailing, lease=None).delete()
    with connection.cursor() as cursor:
        cursor.execute(WRITE_SPANS, [mailing.pk, mailing.first, mailing.last, WIDEST])


def take(lease: Lease, size: int, now: datetime) -> bool:
    """Put due spans of up to `size` ids under a lease, the soonest first; whether there were any.

    Two steps and not one: `UPDATE … WHERE id IN (SELECT … LIMIT n)` was measured to take a third
    twice on PostgreSQL.
    """
    free = waiting(now).filter(mailing=lease.mailing_id).select_for_update(skip_locked=True)
    taken: list[int] = []
    left = size
    for most in (_FEW, size):
        if left <= 0:
            break
        for span in free.exclude(pk__in=taken).order_by("due_at", "first")[:most]:
            if left <= 0:
                break
            left -= _cut(span, left)
            taken.append(span.pk)
    Span.objects.filter(pk__in=taken).update(lease=lease)
    return bool(taken)


def _cut(span: Span, most: int) -> int:
    """Leave the rest of a span that is longer than `most` as a span of its own; how long it is."""
    length = span.last - span.first + 1
    if length <= most:
        return length
    rest = Span(mailing_id=span.mailing_id, last=span.last, due_at=span.due_at)
    span.last = span.first + most - 1
    rest.first = span.last + 1
    rest.save(force_insert=True)
    span.save(update_fields=["last"])
    return most


def release(lease_id: int) -> None:
    """What a lease held and had not begun waits again, where it stood."""
    Span.objects.filter(lease=lease_id).update(lease=None)


def end(leases: list[int]) -> None:
    """These leases and their spans are done with."""
    Span.objects.filter(lease__in=leases).delete()
    Lease.objects.filter(pk__in=leases).delete()


def let_go(mailing_id: int, now: datetime) -> int:
    """What is queued for later is due now, but for what a server put off; how many ids."""
    put_off = Delivery.objects.filter(
        mailing=OuterRef("mailing"),
        id__gte=OuterRef("first"),
        id__lte=OuterRef("last"),
        state=DeliveryState.DEFERRED,
    )
    with transaction.atomic():
        later = Span.objects.filter(
            ~Exists(put_off), mailing=mailing_id, lease=None, due_at__gt=now
        )
        held = later.select_for_update(skip_locked=True)
        freed = {
            pk: last - first + 1 for pk, first, last in held.values_list("pk", "first", "last")
        }
        Span.objects.filter(pk__in=freed).update(due_at=AT_ONCE)
        return sum(freed.values())


def drop(lease_id: int) -> None:
    """The spans of a lease hold nothing that waits."""
    Span.objects.filter(lease=lease_id).delete()


def next_due(mailing_id: int) -> datetime | None:
    """When the first of what is in nobody's hands is due; None when nothing waits."""
    found = Span.objects.filter(mailing=mailing_id, lease=None).order_by("due_at", "first")
    return found.values_list("due_at", flat=True).first()


def waiting(now: datetime) -> QuerySet[Span]:
    """What is in nobody's hands and due."""
    return Span.objects.filter(lease=None, due_at__lte=now)
