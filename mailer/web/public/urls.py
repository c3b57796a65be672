"""The addresses of the public pages. A token's page answers with and without a last slash."""

from django.urls import URLPattern, path, re_path

from mailer.web.public import data
from mailer.web.public.confirm import confirm
from mailer.web.public.go import go
from mailer.web.public.home import home
from mailer.web.public.not_me import not_me
from mailer.web.public.preferences import edit
from mailer.web.public.snippet import snippet
from mailer.web.public.subscribe import sent, subscribe
from mailer.web.public.subscribe_json import subscribe_json
from mailer.web.public.unsubscribe import unsubscribe

#: The last part of a page's address: its token.
_LAST = r"(?P<token>[^/]{1,200})/?$"

urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("subscribe/", subscribe, name="subscribe"),
    path("subscribe/sent/", sent, name="subscribe-sent"),
    path("subscribe/json", subscribe_json, name="subscribe-json"),
    path("subscribe/snippet/", snippet, name="subscribe-snippet"),
    path("data/", data.ask, name="data-ask"),
    path("data/sent/", data.sent, name="data-sent"),
    re_path(r"^data/(?P<token>[^/]{1,200})/file\.json$", data.download, name="data-file"),
    re_path(r"^go/(?P<key>[0-9a-f]{16})/(?P<number>[0-9]{1,4})/?$", go, name="go"),
    re_path(f"^data/{_LAST}", data.data, name="data"),
    re_path(f"^address/{_LAST}", data.confirm_address, name="address"),
    re_path(f"^confirm/{_LAST}", confirm, name="confirm"),
    re_path(f"^not-me/{_LAST}", not_me, name="not-me"),
    re_path(f"^preferences/{_LAST}", edit, name="preferences"),
    re_path(f"^unsubscribe/{_LAST}", unsubscribe, name="unsubscribe"),
]
