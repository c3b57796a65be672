"""`/archive/`: the publications that have come out."""

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import conditional_page, require_safe

from mailer.curation.models import Publication
from mailer.editions.archive import PUBLIC
from mailer.editions.models import Edition
from mailer.web.public.page import language_of, public, show


@conditional_page
@require_safe
@public
def titles(request: HttpRequest) -> HttpResponse:
    """Each with a way into its archive."""
    out = Edition.objects.filter(
        issue__publication=OuterRef("pk"), issue__state__in=PUBLIC, withdrawn_at=None
    )
    context = {"titles": list(Publication.objects.filter(Exists(out)).order_by("slug"))}
    answer = show(request, "archive/titles.html", context, language_of(request))
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer
