"""`/archive/<publication>/`: its numbers, the newest first; or, with `?q=`, what a search finds."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import conditional_page, require_safe

from mailer.editions.searching import search
from mailer.languages import LANGUAGES, Language
from mailer.web.archive.find import numbers_of, title_of
from mailer.web.desk import saying
from mailer.web.public.page import language_of, public, show

_PER_PAGE = 30
#: A longer question has said what it wants by then.
_QUESTION = 200


@conditional_page
@require_safe
@public
def listing(request: HttpRequest, publication: str) -> HttpResponse:
    """Each number with the languages it came out in."""
    title = title_of(publication)
    language = language_of(request)
    question = " ".join(request.GET.get("q", "").replace("\0", "").split())[:_QUESTION]
    rows = search(title, question, language.code) if question else numbers_of(title)
    context = {
        "publication": title,
        "question": question,
        "shown": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "first_words": lambda issue: _first_words(issue, language),
        "day": lambda on: saying.day(on, language),
        "number": lambda value: saying.number(value, language),
        "tongues": LANGUAGES,
    }
    answer = show(request, "archive/listing.html", context, language)
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


def _first_words(issue: Any, language: Language) -> Any:
    """The edition whose first headlines stand beside a number: in the page's language, if any."""
    editions = list(issue.editions.all())
    return next((one for one in editions if one.language == language.code), editions[0])
