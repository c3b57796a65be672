"""`/catcher/<n>/`: one caught mail; its HTML, its text, its headers, its source."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from mailer.catcher.box import parts_of, read_mail
from mailer.web.catcher.door import while_catching
from mailer.web.desk.frame import page
from mailer.web.glass import View, direction, policy, through, view_of


@while_catching
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """The mail taken apart; the HTML part is shown in a frame that runs nothing."""
    raw = read_mail(settings.CATCHER_FOLDER, number)
    parts = parts_of(raw)
    headers = {name.lower(): value for name, value in parts.headers}
    context = {
        "mail": number,
        "parts": parts,
        "subject": headers.get("subject", ""),
        "source": raw.decode("utf-8", "replace"),
        "way": direction(parts.html),
        "size": len(raw),
    }
    return page(request, "catcher/mail.html", context)


@while_catching
def body(request: HttpRequest, number: int) -> HttpResponse:
    """The HTML part as a document of its own, through a view of the glass (`?as=`)."""
    html = parts_of(read_mail(settings.CATCHER_FOLDER, number)).html
    view = view_of(request.GET.get("as", ""))
    return _guarded(HttpResponse(through(html, view, direction(html))), view)


@while_catching
def source(_request: HttpRequest, number: int) -> HttpResponse:
    """The mail byte for byte, as a file."""
    raw = read_mail(settings.CATCHER_FOLDER, number)
    answer = HttpResponse(raw, content_type="message/rfc822")
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}.eml"'
    return _guarded(answer)


def _guarded(answer: HttpResponse, view: View = "light") -> HttpResponse:
    answer.headers["Content-Security-Policy"] = policy(view)
    answer.headers["Cache-Control"] = "no-store"
    return answer
