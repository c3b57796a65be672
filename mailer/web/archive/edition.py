"""`/archive/<publication>/<number>/<lang>/`: an edition as it was mailed, and nobody's links."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mailer.editions.models import Edition
from mailer.editions.trial import neutral
from mailer.languages import LANGUAGES
from mailer.subscribers.links import subscribe_url
from mailer.web.archive.find import edition_of
from mailer.web.public.page import public, sealed, show

#: A mail's styles are inline, by need; scripts it has none, and none would run.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@require_safe
@public
def edition(request: HttpRequest, publication: str, number: str, language: str) -> HttpResponse:
    """The frozen bytes; where a reader's own links stood, the page to sign up."""
    found = edition_of(publication, int(number), language)
    if found.issue.recalled_at:
        return _recalled(request, found)
    title = found.issue.publication
    audience = title.lists.filter(public=True).order_by("pk").first()
    way_in = subscribe_url(audience.slug if audience else title.slug, language)
    html = neutral(found, found.html, way_in.replace("&", "&amp;"))
    answer = sealed(HttpResponse(html), LANGUAGES[found.language])
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


def _recalled(request: HttpRequest, found: Edition) -> HttpResponse:
    """410: it was here, and the newsroom took it back; the page says why."""
    language = LANGUAGES[found.language]
    context = {"issue": found.issue, "publication": found.issue.publication}
    return show(request, "archive/recalled.html", context, language, status=410)
