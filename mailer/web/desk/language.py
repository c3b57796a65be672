"""`/desk/language/`: the language of a person's desk, kept in a cookie that the admin reads too."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.http import url_has_allowed_host_and_scheme

from mailer.languages import known
from mailer.web.desk.frame import go, protect

_A_YEAR = 365 * 24 * 3600


def language(request: HttpRequest) -> HttpResponse:
    """Choose a language, before or after logging in, and back to the same page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    after = request.POST.get("next", "")
    ours = after.startswith("/") and url_has_allowed_host_and_scheme(after, allowed_hosts=None)
    answer = go(after if ours else "desk:today")
    if chosen := known(request.POST.get("language")):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen.code,
            max_age=_A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return protect(answer)
