"""How many people are on the lists, for pages that must answer at once.

A list of some thousands is counted when it is looked at. Of a larger one the clock's last count is
shown, with its time: to count a million ties takes some 100 ms, and every page would pay it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from mailer.subscribers.models import MailingList, Subscription, Suppression

#: How many rows a page counts itself.
AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Counted:
    """A list and its people by state; `at` is None for a count of this moment.

    `states` is empty for a large list that was never counted.
    """

    mailing_list: MailingList
    states: dict[str, int]
    at: datetime | None


def counted(lists: Sequence[MailingList]) -> list[Counted]:
    """Each list with its count: of this moment where it is small, else the clock's last."""
    return [_counted(one) for one in lists]


def suppressed() -> tuple[int, bool]:
    """How many addresses are suppressed, and whether they are even more."""
    found = Suppression.objects.all()[: AT_ONCE + 1].count()
    return min(found, AT_ONCE), found > AT_ONCE


def count_lists(now: datetime) -> None:
    """Count all lists, in one statement, and keep what was found."""
    found: dict[int, dict[str, int]] = {}
    sums = Subscription.objects.values_list("mailing_list_id", "state").annotate(n=Count("pk"))
    for list_id, state, count in sums.order_by():
        found.setdefault(list_id, {})[state] = count
    for one in MailingList.objects.all():
        MailingList.objects.filter(pk=one.pk).update(counts=found.get(one.pk, {}), counted_at=now)


def _counted(one: MailingList) -> Counted:
    ties = Subscription.objects.filter(mailing_list=one)
    states = list(ties.values_list("state", flat=True)[: AT_ONCE + 1])
    if len(states) <= AT_ONCE:
        return Counted(one, dict(Counter(states)), None)
    return Counted(one, dict(one.counts), one.counted_at)
