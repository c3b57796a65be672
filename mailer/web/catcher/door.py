"""Whether there is an inbox to show at all, and to whom."""

import json
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from mailer.errors import NotFound
from mailer.rendering import sentence
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_READERS

#: The catcher of docker-compose.yml: the name of its service there.
_SERVICE = "catcher"
#: What a proxy adds to the requests of others (RFC 7239 and its forerunners).
_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto")


def in_use() -> bool:
    """Whether mail goes to a catcher of ours: no relay is set, or each one that is set is one."""
    ours, relays = _catcher_url(), settings.SMTP_URL.split()
    return all(relay == ours or urlsplit(relay).hostname == _SERVICE for relay in relays)


def while_catching(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the inbox, GET only; 404 while mail goes to a real relay.

    For anybody on this machine. An installation that others can reach shows it to those alone who
    may see readers: a caught mail holds addresses, and links that act for their reader.
    """
    behind_login = staff(SEE_READERS, "GET")(view)

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not in_use():
            raise Http404
        if not (_is_loopback(urlsplit(settings.MAILER_URL).hostname) or _is_from_here(request)):
            return behind_login(request, **kwargs)
        try:
            return view(request, **kwargs)
        except NotFound as refusal:
            return page(request, "desk/refused.html", {"words": sentence(refusal)}, status=404)

    return require_safe(guarded)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether a program of this machine asks, in nobody else's name."""
    asked = urlsplit(f"//{request.get_host()}").hostname
    direct = not any(name in request.headers for name in _FORWARDED)
    return direct and _is_loopback(asked) and _is_loopback(request.META.get("REMOTE_ADDR"))


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _catcher_url() -> str | None:
    """Where the running `mailer up` has a catcher of its own; empty where it was given a relay."""
    try:
        told = json.loads(settings.SERVICES_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told.get("catcher") if isinstance(told, dict) else None
