"""Passwords: change one, say it again before something grave, make a new one by mail."""

from typing import Any

from allauth.account import views as account
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from mailer.errors import N_
from mailer.web.accounts.frame import Managed, OnTheDesk
from mailer.web.desk.frame import refuse_logged_in


class Change(Managed, account.PasswordChangeView):
    """`/desk/account/password/`: the old one and the new one; every other session ends."""

    template = "desk/account/password.html"
    act = "staff.password_changed", N_("The password was changed")


class First(Managed, account.PasswordSetView):
    """`/desk/account/password/first/`: for who came by the office's login and has none."""

    template = "desk/account/password.html"
    act = "staff.password_changed", N_("The password was changed")


class Again(OnTheDesk, account.ReauthenticateView):
    """`/desk/account/again/`: the password once more, before something grave."""

    template = "desk/account/again.html"


class Forgotten(OnTheDesk, account.PasswordResetView):
    """`/desk/password/`: an address; the answer is the same whether it is known or not."""

    template = "desk/account/forgotten.html"


class Sent(OnTheDesk, account.PasswordResetDoneView):
    """`/desk/password/sent/`: look into your mail."""

    template = "desk/account/forgotten_sent.html"


class Renew(OnTheDesk, account.PasswordResetFromKeyView):
    """`/desk/password/<link>/`: a new password; the link holds once, for two hours."""

    template = "desk/account/renew.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """allauth would log out whoever is here as somebody else: following a link does nothing."""
        if request.user.is_authenticated and request.method in {"GET", "HEAD", "POST"}:
            return refuse_logged_in(request)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


def renewed(request: HttpRequest) -> HttpResponseBase:
    """`/desk/password/renewed/`: to the login, where the message says that it is done."""
    del request
    return HttpResponseRedirect(resolve_url("account_login"))


change = Change.as_view()
first = First.as_view()
again = Again.as_view()
forgotten = Forgotten.as_view()
sent = Sent.as_view()
renew = Renew.as_view()
