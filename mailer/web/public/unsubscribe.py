"""`/unsubscribe/<token>`: one click from a mail program (RFC 8058), or the page's button."""

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mailer.languages import Language
from mailer.subscribers import optout, wording
from mailer.subscribers.optout import Departure
from mailer.tasks import send_letters
from mailer.web.public.asking import where
from mailer.web.public.bell import ring_soon
from mailer.web.public.page import language_of, public, sealed, show


@public
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show a button; POST acts at once, whatever its body says or fails to say.

    What could not be recorded raises, and answers 500: the mail program tries again.
    """
    now = timezone.now()
    if request.method != "POST":
        departure = optout.look(token, now)
        return _page(request, departure)
    departure = optout.unsubscribe(token, where=where(request, "/unsubscribe/"), now=now)
    ring_soon(send_letters)
    if _is_one_click(request):
        return _receipt(departure, language_of(request, departure.subscriber.language))
    return _page(request, departure)


def _is_one_click(request: HttpRequest) -> bool:
    try:
        return request.POST.get("List-Unsubscribe") == "One-Click"
    except (MultiPartParserError, BadRequest, SuspiciousOperation):
        # Broken, in another charset, too long: no browser sends our form so. It is a machine, and
        # it was heard.
        return True


def _receipt(departure: Departure, language: Language) -> HttpResponse:
    with translation.override(language.code):
        told = _("Done: “%(list)s” is no longer sent to you.") % {"list": departure.name}
    return sealed(HttpResponse(told + "\n", content_type="text/plain; charset=utf-8"), language)


def _page(request: HttpRequest, departure: Departure) -> HttpResponse:
    language = language_of(request, departure.subscriber.language)
    text = wording.leave_text(departure.name, language.code)
    context = {"name": departure.name, "text": text, "done": departure.over}
    return show(request, "public/unsubscribe.html", context, language)
