"""The office's own login: one OpenID Connect issuer, named by the operator."""

from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from mailer import __version__
from mailer.articles.deadline import Lines
from mailer.articles.door import Policy, open_session
from mailer.articles.guard import exceptions
from mailer.web.desk.frame import FORMS_TO, page, protect

_SECONDS = 10.0


def configured() -> bool:
    """Whether the operator named one."""
    return bool(settings.MAILER_OIDC_URL)


def may_lead_there(answer: HttpResponse) -> HttpResponse:
    """Let the login's form lead to the issuer: browsers hold a redirect to the form's policy."""
    if configured():
        parts = urlsplit(settings.MAILER_OIDC_URL)
        policy = answer.headers["Content-Security-Policy"]
        there = f"{FORMS_TO} {parts.scheme}://{parts.netloc}"
        answer.headers["Content-Security-Policy"] = policy.replace(FORMS_TO, there)
    return answer


class Office(DefaultSocialAccountAdapter):
    """It opens accounts that there are; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: administrators invite."""
        del request, sociallogin
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Whom the office knows by an address that it proved is whom we know by that address."""
        if sociallogin.is_existing:
            return
        found = _by_address([one.email for one in sociallogin.email_addresses if one.verified])
        if found is None:
            words = gettext(
                "Nobody at this desk has the address that your office tells. Ask an administrator"
                " for an invitation to it."
            )
            raise ImmediateHttpResponse(_refusal(request, words))
        sociallogin.connect(request, found)

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """A page of ours instead of allauth's."""
        del args, kwargs
        words = gettext("Your office’s login did not let you in. Try again, or use your password.")
        raise ImmediateHttpResponse(_refusal(request, words))

    def get_requests_session(self) -> requests.Session:
        """The guarded door, with an exception for the issuer, which the operator named."""
        parts = urlsplit(settings.MAILER_OIDC_URL)
        named = [*settings.MAILER_ALLOW_PRIVATE, parts.netloc.rpartition("@")[2]]
        who = f"mailer/{__version__} (+{settings.MAILER_CONTACT})"
        lines = Lines()
        session = open_session(Policy(who, exceptions(named), _SECONDS), lines)
        close = session.close

        def close_all() -> None:
            close()
            lines.cut()

        # The door keeps a duplicate of each connection, to cut it; nobody else would close them.
        session.close = close_all  # type: ignore[method-assign]  # of this one session
        return session


def _by_address(proven: list[str]) -> User | None:
    """The one open account of these addresses; two of one address are nobody's."""
    for address in proven:
        found = list(User.objects.filter(email__iexact=address, is_active=True)[:2])
        if len(found) == 1:
            return found[0]
    return None


def _refusal(request: HttpRequest, words: str) -> HttpResponse:
    return page(request, "desk/refused.html", {"words": words}, status=403)


@require_POST
def office_login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """`/desk/login/office/`: to the issuer. By POST, so that no picture on a page begins it."""
    answer: HttpResponseBase = views.login(request, provider_id)
    return protect(answer)


@require_GET
def office_back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """`/desk/login/office/back/`: from the issuer; its answer is tied to this browser's session."""
    answer: HttpResponseBase = views.callback(request, provider_id)
    return protect(answer)
