"""Who has an issue open just now (a verb)."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User

from mailer.curation.models import Item, Presence

#: A page gives a sign every quarter of a minute; who missed two of them has gone.
SEEN = timedelta(seconds=40)
#: Older signs are of no more use.
_KEPT = timedelta(days=1)


def here(issue_id: int, person: User, item_id: int | None, now: datetime) -> list[Presence]:
    """Note that `person` has the issue open, with an entry of it in hand; the others who have."""
    of_issue = (
        Item.objects.filter(pk=item_id, issue_id=issue_id) if item_id else Item.objects.none()
    )
    Presence.objects.update_or_create(
        issue_id=issue_id, person=person, defaults={"item": of_issue.first(), "seen_at": now}
    )
    Presence.objects.filter(seen_at__lt=now - _KEPT).delete()
    return others(issue_id, person, now)


def others(issue_id: int, person: User, now: datetime) -> list[Presence]:
    """Who else has it open, by name."""
    found = Presence.objects.filter(issue_id=issue_id, seen_at__gte=now - SEEN)
    return list(
        found.exclude(person=person)
        .select_related("person", "item__article")
        .order_by("person__username")
    )
