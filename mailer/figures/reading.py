"""Reading the figures: a row per number, and of one number by language and by domain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from mailer.figures.models import Figure
from mailer.mailings import tallies
from mailer.mailings.models import DeliveryState, Mailing

_SUMS = ("recipients", "accepted", "refused", "uncertain", "bounced", "unsubscribed")


@dataclass(frozen=True, slots=True)
class Sums:
    """What became of a group: `name` is a language, a domain ("" for all small ones), or empty."""

    name: str
    recipients: int
    accepted: int
    refused: int
    uncertain: int
    bounced: int
    unsubscribed: int

    def share(self, count: int) -> float:
        """Of a thousand recipients, for a bar; 0 where there is none."""
        return round(1000 * count / self.recipients, 1) if self.recipients else 0.0


def of_mailings(mailings: Iterable[Mailing]) -> dict[int, Sums]:
    """The sums of each mailing by its id; of one that is not counted yet, what the tallies say."""
    asked = {mailing.pk for mailing in mailings}
    found = Figure.objects.filter(mailing__in=asked).values("mailing").annotate(**_sums())
    told = {row["mailing"]: _as_sums("", row) for row in found}
    return {pk: told.get(pk) or _live(pk) for pk in asked}


def by_language(mailing_id: int) -> list[Sums]:
    """The largest first."""
    return _by(Figure.objects.filter(mailing=mailing_id), "language")


def by_domain(mailing_id: int) -> list[Sums]:
    """The largest first; all that are too small to name come last."""
    return sorted(
        _by(Figure.objects.filter(mailing=mailing_id), "domain"), key=lambda one: not one.name
    )


def _by(found: QuerySet[Figure], column: str) -> list[Sums]:
    rows = found.values(column).annotate(**_sums()).order_by("-recipients", column)
    return [_as_sums(row[column], row) for row in rows]


def _sums() -> dict[str, Sum]:
    return {name: Sum(name) for name in _SUMS}


def _as_sums(name: str, row: Mapping[str, Any]) -> Sums:
    return Sums(name, **{key: row[key] for key in _SUMS})


def _live(mailing_id: int) -> Sums:
    counts = tallies.by_state(mailing_id)
    return Sums(
        "",
        sum(counts.values()),
        counts.get(DeliveryState.SENT, 0),
        counts.get(DeliveryState.REFUSED, 0),
        counts.get(DeliveryState.UNCERTAIN, 0),
        0,
        0,
    )
