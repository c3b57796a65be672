"""What every public page shares: its language, its headers, its refusals."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.encoding import escape_uri_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mailer.errors import BadToken, MailerError, NotFound, Refused
from mailer.languages import DEFAULT_LANGUAGE, LANGUAGES, Language, known
from mailer.subscribers import preferences
from mailer.subscribers.models import MailingList

View = Callable[..., HttpResponse]

#: Where the readers are, for the days and hours on their pages.
ZONE = ZoneInfo("Africa/Casablanca")

#: Nothing but our own style sheet and pictures; forms go nowhere but here; no frame around us.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
#: The same, and our own script, where it looks for a proof of work.
_POLICY_OF_FORMS = f"{_POLICY}; script-src 'self'"
#: The same, and that script may tell us.
_POLICY_ON_THE_WAY = f"{_POLICY_OF_FORMS}; connect-src 'self'"


_STATUS: dict[type[MailerError], int] = {NotFound: 404, Refused: 403}


def public(view: View) -> View:
    """A page for anybody: GET, HEAD and POST, no CSRF token, refusals as sentences."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except (BadToken, NotFound, Refused) as refusal:
            status = _STATUS.get(type(refusal), 400)
            return refuse(
                request, refusal, status, preferences.language_behind(kwargs.get("token", ""))
            )

    # Read by the middleware: a form of ours works in a browser that keeps no cookie, and RFC 8058
    # (section 3.1) forbids asking for one.
    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(guarded))


def refuse(
    request: HttpRequest, refusal: MailerError, status: int, preferred: str = ""
) -> HttpResponse:
    """The page that says why not; `preferred` is the code of the person's own language."""
    language = language_of(request, preferred)
    return show(request, "public/refused.html", {"refusal": refusal}, language, status=status)


def language_of(request: HttpRequest, preferred: str = "") -> Language:
    """`?lang=`, else the person's own, else Accept-Language, else the default."""
    return (
        known(request.GET.get("lang"))
        or known(preferred)
        or known(translation.get_language_from_request(request))
        or LANGUAGES[DEFAULT_LANGUAGE]
    )


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    language: Language,
    *,
    status: int = 200,
    policy: str = _POLICY,
) -> HttpResponse:
    """A page in a language, with the headers that keep it to itself."""
    lists = list(MailingList.objects.filter(public=True).order_by("pk"))
    site = lists[0].name(language.code) if lists else ""
    whole = {"site": site, "lists": lists, **context}
    return show_alone(request, template, whole, language, status=status, policy=policy)


def show_form(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    language: Language,
    *,
    status: int = 200,
) -> HttpResponse:
    """`show` for a page with a form that our script adds a proof of work to."""
    return show(request, template, context, language, status=status, policy=_POLICY_OF_FORMS)


def on_the_way(request: HttpRequest, to: str, language: Language) -> HttpResponse:
    """The page that leads on to another site's address, `to`, and says so."""
    context = {"to": to}
    return show(request, "public/go.html", context, language, policy=_POLICY_ON_THE_WAY)


def show_alone(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    language: Language,
    *,
    status: int = 200,
    policy: str = _POLICY,
) -> HttpResponse:
    """`show` without the database: `context` says the name of the `site`."""
    shared = {
        "language": language,
        "languages": [(each, _in_language(request, each)) for each in LANGUAGES.values()],
    }
    with translation.override(language.code):
        response = render(request, template, shared | context, status=status, using="jinja2")
    return sealed(response, language, policy)


def sealed(response: HttpResponse, language: Language, policy: str = _POLICY) -> HttpResponse:
    """The headers of a public page: its address may hold a token, which no other site learns."""
    response.headers["Content-Language"] = language.code
    response.headers["Content-Security-Policy"] = policy
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cache-Control"] = "no-store"
    return response


def _in_language(request: HttpRequest, language: Language) -> str:
    query = request.GET.copy()
    query["lang"] = language.code
    # Escaped again: an address from outside may hold a NUL, which no page may.
    return f"{escape_uri_path(request.path)}?{query.urlencode()}"
