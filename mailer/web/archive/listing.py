"""`/archive/<publication>/`: its numbers, the newest first."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mailer.languages import LANGUAGES
from mailer.web.archive.find import published
from mailer.web.desk import saying
from mailer.web.public.page import language_of, public, show

_PER_PAGE = 50


@require_safe
@public
def listing(request: HttpRequest, publication: str) -> HttpResponse:
    """Each number with the languages it came out in."""
    title, sent = published(publication)
    language = language_of(request)
    numbers = Paginator(sent.prefetch_related("editions"), _PER_PAGE)
    context = {
        "publication": title,
        "issues": numbers.get_page(request.GET.get("page")),
        "day": lambda on: saying.day(on, language),
        "tongues": LANGUAGES,
    }
    return show(request, "archive/listing.html", context, language)
