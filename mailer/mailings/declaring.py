"""What a press-review licence bills: articles × recipients, per title.

Counted from what was frozen and sent: the entries of each edition, and the readers whose copy the
relay took, each once per edition, however often an issue was sent again.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q

from mailer.articles.models import Kind
from mailer.curation.models import Item, Publication
from mailer.editions.models import Edition
from mailer.errors import N_, Refused
from mailer.mailings.exporting import cell
from mailer.mailings.models import Delivery, DeliveryState, Mailing

COLUMNS = ("title", "rights", "articles", "copies")


@dataclass(frozen=True, slots=True)
class Line:
    """One title: how many of its articles were sent, and to how many readers, each counted."""

    title: str
    rights: str
    articles: int
    copies: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """The lines, by title; `folded` are the mailings whose readers are counted no more."""

    lines: list[Line]
    folded: list[Mailing]


def declare(publication: Publication, since: date, until: date) -> Declaration:
    """What was sent of issues dated from `since` to `until`, both included.

    Refused when the period ends before it begins. Staff's own texts are nobody's licence.
    """
    if since > until:
        raise Refused(N_("The period ends before it begins: give the earlier date first."))
    mailings = Mailing.objects.filter(
        issue__publication=publication, issue__date__gte=since, issue__date__lte=until
    ).select_related("issue")
    kept = [mailing for mailing in mailings if mailing.folded_at is None]
    articles: Counter[tuple[str, str]] = Counter()
    copies: Counter[tuple[str, str]] = Counter()
    counted = _readers(kept)
    for edition in Edition.objects.filter(pk__in=counted).only("entries"):
        for title in _titles(edition.entries):
            articles[title] += 1
            copies[title] += counted[edition.pk]
    lines = [Line(*title, articles[title], copies[title]) for title in sorted(articles)]
    return Declaration(lines, [mailing for mailing in mailings if mailing.folded_at])


def as_csv(lines: Iterable[Line], *, mark: bool = False) -> str:
    """The lines as CSV; no cell of it is a formula. With `mark` it begins with a BOM, for Excel."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([cell(getattr(line, name)) for name in COLUMNS] for line in lines)
    return ("\ufeff" if mark else "") + out.getvalue()


def _readers(mailings: list[Mailing]) -> dict[int, int]:
    """Edition → how many readers got it. One statement per issue."""
    of_issue: dict[int, list[Mailing]] = {}
    for mailing in mailings:
        of_issue.setdefault(mailing.issue_id, []).append(mailing)
    found: Counter[int] = Counter()
    for its in of_issue.values():
        # A mailing's rows are found between two ids: no index leads to them otherwise, and
        # each number's statement would read the rows of all.
        rows = Delivery.objects.filter(reduce(or_, map(_rows, its)), state=DeliveryState.SENT)
        # A mailing has a reader once; to tell them apart over a million rows is a sort of them.
        count = Count("subscriber", distinct=True) if len(its) > 1 else Count("pk")
        counted = rows.order_by().values("edition").annotate(n=count)
        found.update({row["edition"]: row["n"] for row in counted})
    return dict(found)


def _rows(mailing: Mailing) -> Q:
    return Q(mailing=mailing, pk__range=(mailing.first, mailing.last))


def _titles(entries: dict[str, Any]) -> list[tuple[str, str]]:
    """The title and the rights of each article among the entries of an edition."""
    items = (
        Item.objects.filter(pk__in=[int(pk) for pk in entries], article__isnull=False)
        .exclude(article__source__kind=Kind.STAFF)
        .select_related("article__source")
    )
    told = ((item.article, item.article.source) for item in items if item.article)
    return [
        (article.outlet or source.title or source.url, source.rights) for article, source in told
    ]
