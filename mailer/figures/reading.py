"""Reading the figures: a row per number, and of one number by language, by domain and by link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from mailer.curation.models import Issue
from mailer.editions.links import host
from mailer.editions.models import Edition
from mailer.editions.stored import from_json
from mailer.figures.counting import NAMED_FROM
from mailer.figures.models import Figure
from mailer.languages import Language
from mailer.mailings import tallies
from mailer.mailings.models import DeliveryState, Mailing
from mailer.receipts import clicks

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


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an edition: its entry's number and headline, the site, and how often."""

    number: int
    headline: str
    language: Language
    host: str
    count: int


@dataclass(frozen=True, slots=True)
class Followed:
    """The links of an edition that so many got; none where those are too few to tell of."""

    language: str
    readers: int
    links: tuple[Link, ...]

    @property
    def whole(self) -> int:
        """All clicks together."""
        return sum(link.count for link in self.links)

    @property
    def most(self) -> int:
        """Those on the link that was followed most."""
        return max((link.count for link in self.links), default=0)


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


def of_links(issue: Issue) -> list[Followed]:
    """How often the links of an issue's editions were followed, of those where it is counted.

    Of all the issue's mailings together: a link is the same in each. Where fewer than twenty got
    the edition, or while it is not known how many did, nothing is told.
    """
    told = Figure.objects.filter(mailing__issue=issue).values_list("language")
    readers = dict(told.annotate(Sum("accepted")).order_by())
    counted = issue.editions.exclude(clicks_key="").exclude(page={}).defer("html", "text")
    return [_followed(one, readers.get(one.language, 0)) for one in counted.order_by("pk")]


def _followed(edition: Edition, readers: int) -> Followed:
    if readers < NAMED_FROM:
        return Followed(edition.language, readers, ())
    counts = clicks.of_edition(edition.pk)
    entries = [entry for part in from_json(edition.page).sections for entry in part.entries]
    links = (
        Link(
            entry.number,
            entry.headline,
            entry.language,
            host(entry.url),
            counts.get(entry.number, 0),
        )
        for entry in entries
        if entry.url
    )
    return Followed(edition.language, readers, tuple(links))


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
