"""`/desk/issues/<id>/preview/<lang>/`: an edition as it was compiled, for a frame of the bench."""

from django.http import HttpRequest, HttpResponse

from mailer.editions.trial import neutral
from mailer.web.desk.find import find_edition
from mailer.web.desk.frame import staff
from mailer.web.desk.may import SEE

#: Whatever an edition holds, nothing of it runs; its links open in a tab of their own.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@staff(SEE, "GET")
def preview(request: HttpRequest, issue_id: int, language: str) -> HttpResponse:
    """The HTML, with nobody's links; `?part=text` gives the text part."""
    edition = find_edition(issue_id, language)
    if request.GET.get("part") == "text":
        text = neutral(edition, edition.text)
        return _guarded(HttpResponse(text, content_type="text/plain; charset=utf-8"))
    html = neutral(edition, edition.html)
    return _guarded(HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1)))


def _guarded(answer: HttpResponse) -> HttpResponse:
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer
