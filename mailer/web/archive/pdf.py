"""`/archive/<publication>/<number>/<lang>.pdf`: an edition on paper, as it was signed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import conditional_page, require_safe

from mailer.editions.printed import pdf_name, printed
from mailer.errors import N_, NotFound
from mailer.languages import LANGUAGES
from mailer.web.archive.edition import WITHDRAWN
from mailer.web.archive.find import edition_of
from mailer.web.public.page import public, refuse, sealed


@conditional_page
@require_safe
@public
def pdf(request: HttpRequest, publication: str, number: str, language: str) -> HttpResponse:
    """Its bytes; where the publication had no PDF, a sentence."""
    found = edition_of(publication, int(number), language)
    if found.withdrawn_at:
        return refuse(request, NotFound(WITHDRAWN), 410, found.language)
    kept = printed(found) if found.pdf else None
    if kept is None or not kept.digest:
        raise NotFound(N_("This number was not published as a PDF."))
    answer = HttpResponse(bytes(kept.content), content_type="application/pdf")
    answer = sealed(answer, LANGUAGES[found.language])
    answer.headers["Content-Disposition"] = f'inline; filename="{pdf_name(found)}"'
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer
