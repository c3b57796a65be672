"""Erasure: a person's address, name and attributes go, and no import brings them back.

erase()    by the link of one hour: everything that names the person
empty()    the row of a person, who keeps no address
among()    which of these addresses belong to people who were erased
lift()     a person who was erased came back by themselves, and confirmed

What stays is the emptied row, to which ledger rows and consents point, and a keyed hash of the
address: under a key that is used for nothing else, so that who holds a copy of the database alone
cannot try addresses against it. Their own sign-up, confirmed by mail, takes the hash away again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction

from mailer.letters import outbox
from mailer.mac import Mac
from mailer.subscribers import consents
from mailer.subscribers.consents import Act, Where
from mailer.subscribers.models import (
    Erasure,
    SignupRequest,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
)


def erase(subscriber_id: int, *, where: Where, now: datetime) -> bool:
    """Erase a person; False when there is nobody to erase any more."""
    with transaction.atomic():
        locked = Subscriber.objects.select_for_update().filter(pk=subscriber_id)
        subscriber = locked.filter(erased_at__isnull=True).first()
        if subscriber is None or subscriber.email_key is None:
            return False
        # The ties are locked as a hand-over locks them: what is on the wire is finished first.
        ties = Subscription.objects.select_for_update().filter(subscriber=subscriber)
        for tie in ties.order_by("pk"):
            if tie.state != SubscriptionState.UNSUBSCRIBED:
                tie.state, tie.left_at = SubscriptionState.UNSUBSCRIBED, now
                tie.save(update_fields=["state", "left_at"])
        consents.record_of_person(subscriber, Act.ERASED, where=where, now=now)
        remember(subscriber.email_key, now)
        Suppression.objects.filter(email_key=subscriber.email_key).delete()
        subscriber.address_changes.all().delete()
        SignupRequest.objects.filter(email=subscriber.email).update(email="")
        empty(subscriber, now)
    return True


def empty(subscriber: Subscriber, now: datetime) -> None:
    """Take away everything that names a person; within the caller's transaction."""
    empty_all([subscriber], now)


def empty_all(people: Sequence[Subscriber], now: datetime) -> None:
    """`empty` for several people at once."""
    outbox.forget([one.email for one in people], now)
    Subscriber.objects.filter(pk__in=[one.pk for one in people]).update(
        email="", email_key=None, name="", attributes={}, paused_until=None, erased_at=now
    )


def remember(email_key: str, now: datetime) -> None:
    """Keep the hash of an erased address."""
    Erasure.objects.get_or_create(
        digest=digest(email_key), defaults={"key_mark": key_mark(), "at": now}
    )


def lift(email_key: str) -> None:
    """Forget that the owner of an address was erased: they came back, and confirmed."""
    Erasure.objects.filter(digest=digest(email_key)).delete()


def among(email_keys: Collection[str]) -> set[str]:
    """Those of the address keys whose owners were erased: one look-up for all of them.

    Where nobody was ever erased nothing is hashed. A hash takes 1 µs.
    """
    if not email_keys or not Erasure.objects.exists():
        return set()
    by_digest = {digest(key): key for key in email_keys}
    found = Erasure.objects.filter(digest__in=list(by_digest)).values_list("digest", flat=True)
    return {by_digest[one] for one in found}


def digest(email_key: str) -> str:
    """The hash of an address key: 64 hexadecimal digits."""
    return _keyed(settings.MAILER_ERASURE_KEY).of(email_key.encode()).hex()


def key_mark() -> str:
    """Which key the hashes are made with, told in eight digits that tell nothing of it."""
    return digest("which key")[:8]


@lru_cache(maxsize=2)
def _keyed(secret: str) -> Mac:
    return Mac(secret.encode(), b"mailer.subscribers.erasing\0")
