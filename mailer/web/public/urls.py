"""The addresses of the public pages. A token's page answers with and without a last slash."""

from django.urls import URLPattern, path, re_path

from mailer.web.public.confirm import confirm
from mailer.web.public.home import home
from mailer.web.public.not_me import not_me
from mailer.web.public.preferences import edit
from mailer.web.public.subscribe import sent, subscribe
from mailer.web.public.unsubscribe import unsubscribe

#: The last part of a page's address: its token.
_LAST = r"(?P<token>[^/]{1,200})/?$"

urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("subscribe/", subscribe, name="subscribe"),
    path("subscribe/sent/", sent, name="subscribe-sent"),
    re_path(f"^confirm/{_LAST}", confirm, name="confirm"),
    re_path(f"^not-me/{_LAST}", not_me, name="not-me"),
    re_path(f"^preferences/{_LAST}", edit, name="preferences"),
    re_path(f"^unsubscribe/{_LAST}", unsubscribe, name="unsubscribe"),
]
