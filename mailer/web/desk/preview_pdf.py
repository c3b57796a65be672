"""`/desk/issues/<id>/preview/<lang>.pdf`: the PDF as it was printed, and as it will be signed."""

from django.http import HttpRequest, HttpResponse

from mailer.editions.printed import findings, pdf_name, printed
from mailer.errors import N_, NotFound
from mailer.web.desk.find import find_edition
from mailer.web.desk.frame import staff
from mailer.web.desk.may import SEE


@staff(SEE, "GET")
def preview_pdf(request: HttpRequest, issue_id: int, language: str) -> HttpResponse:
    """Its bytes; or the sentence that says why there are none."""
    del request
    edition = find_edition(issue_id, language)
    found = printed(edition)
    if found is None or not found.digest:
        for finding in findings(edition, edition.issue.publication.name(language)):
            raise finding.sentence
        raise NotFound(N_("This publication has no PDF edition."))
    answer = HttpResponse(bytes(found.content), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{pdf_name(edition)}"'
    return answer
