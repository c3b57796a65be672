"""Where a second factor is required, nobody without one comes further than to set it up."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext

#: The rooms of the staff; the back room and the catcher are entered as the desk is.
_ROOMS = ("/desk/", "/admin/", "/api/", "/catcher/")
#: The way to a second factor, and out.
_OPEN = ("/desk/account/", "/desk/login/", "/desk/logout/", "/desk/language/")
_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def lacks_factor(user: User | AnonymousUser) -> bool:
    """Whether MAILER_SECOND_FACTOR asks this person for one that they have not."""
    asked = settings.MAILER_SECOND_FACTOR
    if asked == "optional" or not user.is_authenticated:
        return False
    if asked == "administrators" and not user.is_staff:
        return False
    return not is_mfa_enabled(user, _FACTORS)


class SecondFactor:
    """Stands before every page of the staff, whoever wrote it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, unless `process_view` has one."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """To the page of the account; the API says so in JSON."""
        path = request.path
        if not path.startswith(_ROOMS) or path.startswith(_OPEN) or not lacks_factor(request.user):
            return None
        if path.startswith("/api/"):
            return JsonResponse({"error": "set up a second factor first"}, status=403)
        messages.warning(request, gettext("First set up a second factor: this desk asks for one."))
        return HttpResponseRedirect(reverse("mfa_index"))
