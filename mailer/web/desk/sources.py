"""`/desk/sources/`: where articles come from, and how each source fares."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.articles.health import Facts, Health, health
from mailer.articles.models import VISITED, Article, Source, SourceState
from mailer.curation.models import Publication
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_SOURCES

#: What needs a person first.
_ORDER = [SourceState.GONE, SourceState.BROKEN, SourceState.ACTIVE, SourceState.PAUSED]


@dataclass(frozen=True, slots=True)
class Row:
    """A source on the page; `visited` is whether its kind is visited at all."""

    source: Source
    health: Health
    visited: bool


@staff(SEE_SOURCES, "GET")
def sources(request: HttpRequest) -> HttpResponse:
    """The sources, the troubled ones first, and a form to add one."""
    now = timezone.now()
    listed = sorted(_listed(), key=lambda source: (not source.error, _place(source)))
    publications = list(Publication.objects.prefetch_related("sections").order_by("pk"))
    context = {
        "sources": [_row(source, now) for source in listed],
        "publications": publications,
        "zone": publications[0].zone if publications else "UTC",
        "troubled": sum(bool(source.error) for source in listed),
    }
    return page(request, "desk/sources.html", context)


def _row(source: Source, now: datetime) -> Row:
    facts = Facts(
        state=source.state,
        visited=source.kind in VISITED,
        failures=source.failures,
        failing_since=source.failing_since,
        last_fetched_at=source.last_fetched_at,
        next_fetch_at=source.next_fetch_at,
        newest=source.newest,  # type: ignore[attr-defined] # the query's own column
    )
    return Row(source, health(facts, now), facts.visited)


def _place(source: Source) -> tuple[int, str]:
    return _ORDER.index(SourceState(source.state)), str(source).casefold()


def _listed() -> QuerySet[Source]:
    # By an index of each source's own articles: joined and grouped, all of them were read for it
    # (150 ms with 100,000).
    own = Article.objects.filter(source=OuterRef("pk")).order_by()
    count = own.values("source").annotate(count=Count("pk")).values("count")
    newest = own.order_by("-published_at").values("published_at")[:1]
    return Source.objects.annotate(
        how_many=Coalesce(Subquery(count), 0), newest=Subquery(newest)
    ).prefetch_related("placements__section", "placements__publication")
