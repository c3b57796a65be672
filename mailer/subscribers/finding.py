"""People for a page: by the beginning of their address, by list and state, or the newest.

Each is a walk along one index that ends after a page, whatever the number of people: nothing is
sorted, counted or skipped (read in the plans of both databases, with a million). A page goes on
behind the last row of the one before it.
"""

import unicodedata

from django.db.models import QuerySet

from mailer.subscribers.models import Subscriber

#: Above every character of a key, in the order of bytes.
_LAST = "\U0010ffff"


def beginning(letters: str, after: str = "") -> QuerySet[Subscriber]:
    """Those whose address begins with some letters, in the order of their keys.

    LIKE finds the same, and no index of SQLite's helps it.
    """
    # The key is settled in case and form.
    start = unicodedata.normalize("NFC", letters.casefold())
    found = Subscriber.objects.filter(email_key__lt=start + _LAST)
    # One lower bound: of two SQLite walks from the first, past all the pages before.
    behind = (
        found.filter(email_key__gt=after) if after > start else found.filter(email_key__gte=start)
    )
    return behind.order_by("email_key")


def on_list(list_id: int, state: str, before: int | None = None) -> QuerySet[Subscriber]:
    """Those on a list in a state, the newest first."""
    # In one call: another would join the ties once more, and the order would be lost. The bound is
    # told of both: PostgreSQL merges them, and would walk the people from the newest (70 ms).
    behind = (
        {} if before is None else {"subscriptions__subscriber_id__lt": before, "pk__lt": before}
    )
    found = Subscriber.objects.filter(
        subscriptions__mailing_list_id=list_id, subscriptions__state=state, **behind
    )
    return found.order_by("-subscriptions__subscriber_id")


def newest(before: int | None = None) -> QuerySet[Subscriber]:
    """Everybody who is not erased, the newest first."""
    found = Subscriber.objects.filter(erased_at=None)
    return (found.filter(pk__lt=before) if before is not None else found).order_by("-pk")
