"""`/desk/issues/<id>/preview/<lang>/`: an edition as it was compiled, for the bench's frames."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.catcher.box import parts_of
from mailer.editions.trial import shown_html, shown_text
from mailer.languages import LANGUAGES
from mailer.mailings.specimen import specimen
from mailer.web.desk.find import find_edition
from mailer.web.desk.frame import staff
from mailer.web.desk.may import SEE
from mailer.web.glass import policy, through, view_of


@staff(SEE, "GET")
def preview(request: HttpRequest, issue_id: int, language: str) -> HttpResponse:
    """The HTML with nobody's links, `?as=` a view of the glass; or its text, source, headers."""
    edition = find_edition(issue_id, language)
    asked = request.GET.get("as", "")
    if asked == "text":
        return _plain(shown_text(edition))
    if asked == "headers":
        told = parts_of(specimen(edition, timezone.now())).headers
        return _plain("\n".join(f"{name}: {value}" for name, value in told))
    if asked == "source":
        return _plain(specimen(edition, timezone.now()).decode("ascii", "replace"))
    view = view_of(asked)
    html = shown_html(edition)
    answer = HttpResponse(through(html, view, LANGUAGES[edition.language].dir))
    answer.headers["Content-Security-Policy"] = policy(view)
    return answer


def _plain(words: str) -> HttpResponse:
    answer = HttpResponse(words, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Security-Policy"] = policy("light")
    return answer
