"""`/desk/sources/`: where articles come from, and how each source fares."""

from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse

from mailer.articles.models import Source, SourceState
from mailer.curation.models import Publication
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_SOURCES

#: What needs a person first.
_ORDER = [SourceState.GONE, SourceState.BROKEN, SourceState.ACTIVE, SourceState.PAUSED]


@staff(SEE_SOURCES, "GET")
def sources(request: HttpRequest) -> HttpResponse:
    """The sources, the troubled ones first, and a form to add one."""
    listed = sorted(_listed(), key=lambda source: (not source.error, _place(source)))
    publications = list(Publication.objects.prefetch_related("sections").order_by("pk"))
    context = {
        "sources": listed,
        "publications": publications,
        "zone": publications[0].zone if publications else "UTC",
        "troubled": sum(bool(source.error) for source in listed),
    }
    return page(request, "desk/sources.html", context)


def _place(source: Source) -> tuple[int, str]:
    return _ORDER.index(SourceState(source.state)), str(source).casefold()


def _listed() -> QuerySet[Source]:
    return Source.objects.annotate(
        how_many=Count("articles"), newest=Max("articles__published_at")
    ).prefetch_related("placements__section", "placements__publication")
