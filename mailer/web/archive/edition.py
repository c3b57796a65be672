"""`/archive/<publication>/<number>/<lang>/`: what the mail said, as a page of the web.

Written from the page that the mail was written from, so it never shows more; nobody's links are in
it. An edition older than that is shown as it was mailed.
"""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import conditional_page, require_safe

from mailer.editions.archive import public_editions
from mailer.editions.compile import online_url, pdf_url
from mailer.editions.models import Edition
from mailer.editions.page import Page
from mailer.editions.stored import from_json
from mailer.editions.trial import shown_html
from mailer.errors import N_, NotFound
from mailer.languages import LANGUAGES
from mailer.subscribers.links import subscribe_url
from mailer.web.archive.find import edition_of, neighbours
from mailer.web.public.page import public, refuse, sealed, show

#: A mail's styles are inline, by need; scripts it has none, and none would run.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
WITHDRAWN = N_("This edition was withdrawn from the archive by the newsroom.")


@conditional_page
@require_safe
@public
def edition(request: HttpRequest, publication: str, number: str, language: str) -> HttpResponse:
    """The edition; 410 for one that was withdrawn."""
    found = edition_of(publication, int(number), language)
    if found.withdrawn_at:
        recalled = found.issue.recalled_at
        told = NotFound(WITHDRAWN)
        return _recalled(request, found) if recalled else refuse(request, told, 410, found.language)
    answer = _page(request, found) if found.page else _as_mailed(found)
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


def _recalled(request: HttpRequest, found: Edition) -> HttpResponse:
    """410: it was here, and the newsroom took it back; the page says why."""
    language = LANGUAGES[found.language]
    context = {"issue": found.issue, "publication": found.issue.publication}
    return show(request, "archive/recalled.html", context, language, status=410)


def _page(request: HttpRequest, found: Edition) -> HttpResponse:
    page = from_json(found.page)
    title, issue = found.issue.publication, found.issue
    older, newer = neighbours(found)
    others = public_editions(title).filter(issue=issue).order_by("pk")
    tongues = [LANGUAGES[code] for code in others.values_list("language", flat=True)]
    context: dict[str, Any] = {
        "page": page,
        "publication": title,
        "issue": issue,
        "languages": [(one, online_url(issue, one.code)) for one in tongues],
        "canonical": online_url(issue, found.language),
        "pdf": pdf_url(issue, found.language) if found.pdf else "",
        "older": older,
        "newer": newer,
        "subscribe": _way_in(found),
        "picture": _picture(page),
        "path_of": lambda address: urlsplit(address).path,
    }
    return show(request, "archive/edition.html", context, LANGUAGES[found.language])


def _picture(page: Page) -> str:
    """What is shown where the page is told of: its first picture, else its logo."""
    entries = (entry for section in page.sections for entry in section.entries)
    shown = next((entry.figure for entry in entries if entry.figure), page.logo)
    return shown.src if shown else ""


def _way_in(found: Edition) -> str:
    title = found.issue.publication
    audience = title.lists.filter(public=True).order_by("pk").first()
    return subscribe_url(audience.slug if audience else title.slug, found.language)


def _as_mailed(found: Edition) -> HttpResponse:
    """The frozen bytes; where a reader's own links stood, the page to sign up."""
    html = shown_html(found, _way_in(found).replace("&", "&amp;"))
    answer = sealed(HttpResponse(html), LANGUAGES[found.language])
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer
