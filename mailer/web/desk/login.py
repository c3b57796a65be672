"""Logging in and out, by Django's own views on our template."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse

from mailer.web.desk.frame import page, protect


class Login(LoginView):
    """`/desk/login/`: a name and a password; then on to the page that was asked for."""

    form_class = AuthenticationForm
    redirect_authenticated_user = True

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponse:
        """The form on our template, with what was wrong the last time."""
        form, after = context["form"], context[self.redirect_field_name]
        return page(self.request, "desk/login.html", {"form": form, "after": after})


class Logout(LogoutView):
    """`/desk/logout/`, by POST only: the session ends."""

    next_page = "desk:login"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log out, and to the login page."""
        return protect(super().dispatch(request, *args, **kwargs))


login = Login.as_view()
logout = Logout.as_view()
