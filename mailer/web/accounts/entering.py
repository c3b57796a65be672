"""Coming in and going out: the password, the second factor, a passkey."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from mailer.web.accounts.frame import OnTheDesk
from mailer.web.accounts.office import configured, may_lead_there
from mailer.web.desk.frame import page, protect


class Login(OnTheDesk, account.LoginView):
    """`/desk/login/`: a name and a password, a passkey, or the office's own login."""

    template = "desk/login.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """allauth calls the name `login`; on our page it is what browsers know: `username`."""
        given: dict[str, Any] = super().get_form_kwargs()
        if isinstance(data := given.get("data"), QueryDict):
            data = data.copy()
            data["login"] = data.get("username", "")
            given["data"] = data
        return given

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponseBase:
        """The form, with what was wrong the last time."""
        told = {
            "form": context["form"],
            "after": self.get_next_url() or "",
            "office": settings.MAILER_OIDC_NAME if configured() else "",
        }
        return may_lead_there(page(self.request, self.template, told))


class Logout(OnTheDesk, account.LogoutView):
    """`/desk/logout/`, by POST only: the session ends, or a login that was begun."""

    http_method_names = ["post"]


class Authenticate(OnTheDesk, factors.AuthenticateView):
    """`/desk/login/second/`: the second factor, asked for after the password."""

    template = "desk/account/authenticate.html"


class Passkey(OnTheDesk, webauthn.LoginWebAuthnView):
    """`/desk/login/passkey/`: GET gives the script a challenge, POST takes the answer."""


class Inactive(OnTheDesk, account.AccountInactiveView):
    """`/desk/login/closed/`: the account was closed."""

    template = "desk/refused.html"

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponseBase:
        """The sentence, and nothing of the desk."""
        from mailer.web.accounts.adapter import Accounts

        words = Accounts.error_messages["account_inactive"]
        del context
        return page(self.request, self.template, {"words": words}, status=403)


def to_the_account(request: HttpRequest) -> HttpResponseBase:
    """Where allauth keeps a list of its own: on our desk it stands on the page of the account."""
    from django.shortcuts import redirect

    del request
    return protect(redirect(resolve_url("mfa_index")))


login = Login.as_view()
logout = Logout.as_view()
authenticate = Authenticate.as_view()
passkey = Passkey.as_view()
inactive = Inactive.as_view()
