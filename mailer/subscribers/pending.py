"""Requests that nobody confirmed: reminded of once, then purged.

    requested ── 3 days ──▸ one reminder, with a new link ── until day 30 ──▸ purged

The first link has expired by then. Purged means that nothing of it is kept: no address, no proof,
no row of the request; who had been a reader before and asked again is one who left, as they were.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from mailer.subscribers import consents, correspondence, erasing
from mailer.subscribers.consents import Act, Where
from mailer.subscribers.models import (
    AddressChange,
    Consent,
    SignupRequest,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
)

REMIND_AFTER = timedelta(days=3)
PURGE_AFTER = timedelta(days=30)
#: For how long rows stay that were let go no further, or of which nothing but a hash is left.
FORGET_AFTER = timedelta(days=2)
#: People in one transaction of the purge.
_GROUP = 500


def tend(now: datetime, limit: int = 500) -> bool:
    """Remind and purge, a few hundred people at a time; whether there may be more."""
    reminded, purged = remind(now, limit), purge(now)
    sweep(now)
    return reminded == limit or purged == _GROUP


def remind(now: datetime, limit: int = 500) -> int:
    """Post the reminders that are due; returns how many."""
    ids = list(_unreminded(now).order_by("requested_at").values_list("pk", flat=True)[:limit])
    return sum(_remind_one(pk, now) for pk in ids)


def _unreminded(now: datetime) -> QuerySet[Subscription]:
    blocked = Suppression.objects.filter(email_key=OuterRef("subscriber__email_key"))
    return Subscription.objects.filter(
        ~Exists(blocked),
        state=SubscriptionState.PENDING,
        reminded_at__isnull=True,
        requested_at__lte=now - REMIND_AFTER,
        requested_at__gt=now - PURGE_AFTER,
        subscriber__erased_at__isnull=True,
    )


def _remind_one(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        rows = _unreminded(now).select_for_update(of=("self",)).filter(pk=pk)
        tie = rows.select_related("subscriber", "mailing_list").first()
        if tie is None:
            return False
        letter = correspondence.remind(tie, now)
        tie.reminded_at = now
        tie.save(update_fields=["reminded_at"])
        where = Where("reminder")
        consents.record(
            tie, Act.REMINDED, text="", where=where, now=now, message_id=letter.message_id
        )
    return True


def purge(now: datetime) -> int:
    """Purge requests older than 30 days, up to a group of them; returns how many."""
    old = Subscription.objects.filter(
        state=SubscriptionState.PENDING, requested_at__lte=now - PURGE_AFTER
    )
    with transaction.atomic():
        ties = list(old.select_for_update(skip_locked=True).order_by("requested_at")[:_GROUP])
        back = [tie.pk for tie in ties if tie.confirmed_at or tie.left_at]
        Subscription.objects.filter(pk__in=back, left_at=None).update(left_at=now)
        Subscription.objects.filter(pk__in=back).update(state=SubscriptionState.UNSUBSCRIBED)
        _forget([tie for tie in ties if tie.pk not in set(back)], now)
    return len(ties)


def _forget(ties: list[Subscription], now: datetime) -> None:
    people = {tie.subscriber_id for tie in ties}
    of_lists: dict[int, list[int]] = {}
    for tie in ties:
        of_lists.setdefault(tie.mailing_list_id, []).append(tie.subscriber_id)
    for list_id, subscribers in of_lists.items():
        Consent.objects.filter(mailing_list=list_id, subscriber__in=subscribers).delete()
    Subscription.objects.filter(pk__in=[tie.pk for tie in ties]).delete()
    alone = Subscriber.objects.filter(pk__in=people, subscriptions=None, erased_at__isnull=True)
    erasing.empty_all(list(alone), now)


def sweep(now: datetime) -> None:
    """Delete the rows of requests that have served, and of address changes that came to nothing.

    What was mailed counts for a day; what was refused or failed holds what somebody typed, and is
    shown to staff for as long as a request may be confirmed.
    """
    served = Q(taken_at__lt=now - FORGET_AFTER) & ~Q(outcome__in=["refused", "failed"])
    SignupRequest.objects.filter(served | Q(taken_at__lt=now - PURGE_AFTER)).delete()
    AddressChange.objects.filter(requested_at__lt=now - FORGET_AFTER).delete()
