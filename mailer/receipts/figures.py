"""How much came back, of what kind, when, and from where: counted from the rows.

Every count reads an index: receipts by time, or those of one mailing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncHour

from mailer.mailings.models import Mailing
from mailer.receipts.models import Outcome, Receipt, Stray
from mailer.receipts.verdicts import Verdict
from mailer.subscribers.models import Subscriber

#: What a chart and its table tell apart, in their order; what is good news is left out.
KINDS = ("hard", "soft", "policy", "content", "complaint", "unsubscribe")
_KIND_OF = {
    Verdict.HARD.value: "hard",
    Verdict.FULL.value: "soft",
    Verdict.TEMPORARY.value: "soft",
    Verdict.POLICY.value: "policy",
    Verdict.CONTENT.value: "content",
    Verdict.COMPLAINT.value: "complaint",
    Verdict.UNSUBSCRIBE.value: "unsubscribe",
}
#: Rows of a table.
_MOST = 20
#: A mailing's reports by the hour, while it is this young; then by the day.
BY_HOUR = timedelta(days=2)

Counts = dict[str, int]


@dataclass(slots=True)
class Line:
    """One row of a table: a domain, a mailing, a moment; counts by kind."""

    name: Any
    counts: Counts = field(default_factory=lambda: dict.fromkeys(KINDS, 0))

    @property
    def whole(self) -> int:
        """How many of all kinds."""
        return sum(self.counts.values())


def since(start: datetime) -> QuerySet[Receipt]:
    """What came back since a moment."""
    return Receipt.objects.filter(received_at__gte=start)


def of_mailing(mailing: Mailing) -> QuerySet[Receipt]:
    """What came back of a mailing."""
    return Receipt.objects.filter(mailing=mailing)


def of_person(person: Subscriber) -> QuerySet[Receipt]:
    """The newest reports about a reader's mail, with who took one back."""
    found = Receipt.objects.filter(subscriber=person).select_related("undone_by", "acted_by")
    return found.order_by("-received_at", "-pk")[:_MOST]


def by_time(found: QuerySet[Receipt], start: datetime, end: datetime) -> list[Line]:
    """A line for each day from `start` to `end`; for each hour, of two days or less."""
    hourly = end - start <= BY_HOUR
    truncated = TruncHour if hourly else TruncDay
    step = timedelta(hours=1) if hourly else timedelta(days=1)
    first = start.replace(minute=0, second=0, microsecond=0)
    first = first if hourly else first.replace(hour=0)
    lines = {}
    while first <= end:
        lines[first] = Line(first)
        first += step
    rows = found.annotate(at=truncated("received_at")).values_list("at", "verdict")
    for at, verdict, count in rows.annotate(Count("pk")).order_by():
        if at in lines and verdict in _KIND_OF:
            lines[at].counts[_KIND_OF[verdict]] += count
    return list(lines.values())


def by_domain(found: QuerySet[Receipt]) -> list[Line]:
    """The domains of which most came back."""
    return _by(found, "domain")


def by_mailing(found: QuerySet[Receipt]) -> list[Line]:
    """The newest mailings of which something came back; `name` is the Mailing."""
    lines = {line.name: line for line in _by(found.exclude(mailing=None), "mailing")}
    mailings = Mailing.objects.filter(pk__in=list(lines)).select_related("issue__publication")
    return [Line(mailing, lines[mailing.pk].counts) for mailing in mailings.order_by("-pk")]


def _by(found: QuerySet[Receipt], column: str) -> list[Line]:
    lines: dict[Any, Line] = {}
    counted = found.values_list(column, "verdict").annotate(Count("pk")).order_by()
    for name, verdict, count in counted:
        if verdict in _KIND_OF:
            lines.setdefault(name, Line(name)).counts[_KIND_OF[verdict]] += count
    ordered = sorted(lines.values(), key=lambda line: (-line.whole, str(line.name)))
    return ordered[:_MOST]


def strays(start: datetime) -> Mapping[str, int]:
    """How many reports since a day changed nothing, by why."""
    found = Stray.objects.filter(day__gte=start.date()).values_list("why")
    return dict(found.annotate(Sum("count")).order_by("why"))


def waiting() -> list[Receipt]:
    """The reports that wait for a person, the oldest first."""
    asked = Q(outcome=Outcome.ASKS) | Q(outcome=Outcome.DOUBTED)
    found = Receipt.objects.filter(asked).select_related("subscriber")
    return list(found.order_by("received_at")[:100])
