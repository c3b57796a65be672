"""What every page of the desk stands in: who may see it, and how a refusal is told.

    @staff(permission, "GET")      a page
    @staff(permission, "POST")     an act: it answers with a redirect to a page

Anonymous people are sent to the login, others without the permission get a page that says so. A
MailerError of an act becomes a message on the page it was asked from; of a page, a page.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django_htmx.http import HttpResponseClientRedirect

from mailer.errors import MailerError, NotFound
from mailer.languages import DEFAULT_LANGUAGE, LANGUAGES, Language, known
from mailer.rendering import sentence
from mailer.trail.note import acting
from mailer.web.desk import saying
from mailer.web.desk.may import may

Handler = Callable[..., HttpResponseBase]
_Answer = TypeVar("_Answer", bound=HttpResponseBase)

#: Where forms of a page lead: nowhere but here.
FORMS_TO = "form-action 'self'"
#: Nothing runs but our own files; editions are shown in frames that run nothing at all.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    f"connect-src 'self'; frame-src 'self'; {FORMS_TO}; base-uri 'none'; "
    "frame-ancestors 'self'"
)


def staff(permission: str, *methods: str) -> Callable[[Handler], Handler]:
    """Let in only people with `permission`, by `methods` only (HEAD goes with GET)."""
    allowed = [*methods, *(["HEAD"] if "GET" in methods else [])]

    def wrap(handler: Handler) -> Handler:
        @wraps(handler)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            if not request.user.is_authenticated:
                return _to_login(request)
            if not request.user.has_perm(permission):
                return refuse_role(request)
            try:
                with acting(person(request)):
                    return protect(handler(request, *args, **kwargs))
            except MailerError as refusal:
                return _refused(request, refusal)

        return guarded

    return wrap


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A page of the desk, in the person's language."""
    return protect(render(request, template, framed(request, context or {}), status=status))


def framed(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context with what every template of the desk may ask for."""
    spoken = language()
    return {
        "language": spoken,
        "languages": list(LANGUAGES.values()),
        "user": request.user,
        "may": may(request.user),
        "here": request.path,
        "number": lambda value: saying.number(value, spoken),
        "moment": lambda at, zone="UTC": saying.moment(at, spoken, zone),
        "local": lambda at, zone: saying.local(at, zone),
        "month": lambda on: saying.month(on, spoken),
        "day": lambda on: saying.day(on, spoken),
        "weekday": lambda iso: saying.weekday(iso, spoken),
        "now": timezone.now(),
        # Lazily: whatever a page itself says is shown on it, and only a shown message is taken.
        "notices": SimpleLazyObject(lambda: list(messages.get_messages(request))),
        **context,
    }


def language() -> Language:
    """The language of the page that is being made."""
    return known(get_language()) or LANGUAGES[DEFAULT_LANGUAGE]


def protect(response: _Answer) -> _Answer:
    """What every answer of the desk carries; an answer with a policy of its own keeps it."""
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def say(request: HttpRequest, words: str) -> None:
    """Tell the person, on the next page, that something was done."""
    messages.success(request, words)


def go(where: Any, *args: Any, anchor: str = "", **kwargs: Any) -> HttpResponseRedirect:
    """To a page by its route, after an act: 303, so that reloading it repeats nothing."""
    answer = HttpResponseRedirect(resolve_url(where, *args, **kwargs) + anchor)
    answer.status_code = 303
    return answer


def person(request: HttpRequest) -> User:
    """Who is logged in; only for handlers behind `staff`."""
    if isinstance(request.user, AnonymousUser):
        raise TypeError("this handler is not behind `staff`")
    return request.user


def _to_login(request: HttpRequest) -> HttpResponse:
    # A form that comes back after log-out must not be replayed: it leads to the page it was on.
    after = request.get_full_path() if request.method in {"GET", "HEAD"} else _came_from(request)
    answer = redirect_to_login(after)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(answer.url)
    return answer


def refuse_role(request: HttpRequest) -> HttpResponse:
    """The page that says that a person's role does not go so far."""
    words = gettext("Your role does not allow this. An administrator can give you another one.")
    return page(request, "desk/refused.html", {"words": words}, status=403)


def refuse_logged_in(request: HttpRequest) -> HttpResponse:
    """The page for a link that is for somebody who is not logged in: following it does nothing."""
    words = gettext("You are logged in. To use this link, log out first, then open it again.")
    return page(request, "desk/refused.html", {"words": words}, status=409)


def _refused(request: HttpRequest, refusal: MailerError) -> HttpResponse:
    if request.method == "POST":
        messages.error(request, sentence(refusal))
        return protect(go(_came_from(request)))
    status = 404 if isinstance(refusal, NotFound) else 409
    return page(request, "desk/refused.html", {"words": sentence(refusal)}, status=status)


def _came_from(request: HttpRequest) -> str:
    """The page of ours that a form was sent from; the first page when it cannot be told."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, allowed_hosts={request.get_host()}):
        return resolve_url("desk:today")
    parts = urlsplit(referrer)
    return parts.path + (f"?{parts.query}" if parts.query else "")
