"""The second factor and passkeys, each on the page of one's account."""

from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes_views
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mailer.errors import N_
from mailer.web.accounts.frame import Managed, OnTheDesk
from mailer.web.accounts.required import lacks_factor
from mailer.web.accounts.staffing import role_of
from mailer.web.desk.frame import page, person


class Account(OnTheDesk, base.IndexView):
    """`/desk/account/`: who one is here, the password, the second factor, the passkeys."""

    template = "desk/account/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth knows, the role, and whether something is asked for."""
        user = person(self.request)
        told: dict[str, Any] = super().get_context_data(**kwargs)
        found = told["authenticators"]
        return {
            "role": role_of(user),
            "required": lacks_factor(user),
            "app": found.get("totp"),
            "passkeys": [one.instance for one in found.get("webauthn", [])],
            "codes": found.get("recovery_codes"),
            "has_factor": "totp" in found or "webauthn" in found,
            "office": settings.MAILER_OIDC_NAME
            if SocialAccount.objects.filter(user=user).exists()
            else "",
        }


class AddApp(Managed, totp.ActivateTOTPView):
    """`/desk/account/app/`: scan the code, and show that it works."""

    template = "desk/account/app.html"
    act = "staff.factor_added", N_("A second factor was set up: an app for codes")


class RemoveApp(Managed, totp.DeactivateTOTPView):
    """`/desk/account/app/remove/`."""

    template = "desk/account/app_remove.html"
    act = "staff.factor_removed", N_("A second factor was taken away: the app for codes")


class Codes(OnTheDesk, codes_views.ViewRecoveryCodesView):
    """`/desk/account/codes/`: the recovery codes, shown once, by the button.

    allauth shows them to whoever looks, and notes that in their row: looking changes nothing here.
    """

    template = "desk/account/codes.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The button."""
        del args, kwargs
        return page(request, self.template, {"shown": []})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The codes, the first time; later what to do instead."""
        answer: HttpResponseBase = super().get(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The codes that are not used yet; none where they were seen before."""
        told: dict[str, Any] = super().get_context_data(**kwargs)
        return {"shown": told["unused_codes"] if told["can_view_codes"] else None}


class NewCodes(Managed, codes_views.GenerateRecoveryCodesView):
    """`/desk/account/codes/new/`: others, and the old ones are void."""

    template = "desk/account/codes_new.html"
    act = "staff.codes_made", N_("New recovery codes were made")


class AddPasskey(Managed, webauthn.AddWebAuthnView):
    """`/desk/account/passkeys/add/`."""

    template = "desk/account/passkey_add.html"
    act = "staff.factor_added", N_("A passkey or security key was added")


class RenamePasskey(Managed, webauthn.EditWebAuthnView):
    """`/desk/account/passkeys/<id>/name/`."""

    template = "desk/account/passkey_name.html"
    act = "staff.passkey_named", N_("A passkey was given another name")


class RemovePasskey(Managed, webauthn.RemoveWebAuthnView):
    """`/desk/account/passkeys/<id>/remove/`."""

    template = "desk/account/passkey_remove.html"
    act = "staff.factor_removed", N_("A passkey or security key was taken away")


class AgainByCode(OnTheDesk, base.ReauthenticateView):
    """`/desk/account/again/code/`: a code, before something grave."""

    template = "desk/account/again.html"


class AgainByPasskey(OnTheDesk, webauthn.ReauthenticateWebAuthnView):
    """`/desk/account/again/passkey/`: a passkey, before something grave."""

    template = "desk/account/again.html"


account = Account.as_view()
add_app = AddApp.as_view()
remove_app = RemoveApp.as_view()
codes = Codes.as_view()
new_codes = NewCodes.as_view()
add_passkey = AddPasskey.as_view()
rename_passkey = RenamePasskey.as_view()
remove_passkey = RemovePasskey.as_view()
again_by_code = AgainByCode.as_view()
again_by_passkey = AgainByPasskey.as_view()
