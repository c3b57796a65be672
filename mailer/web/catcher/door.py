"""Whether there is an inbox to show at all, and what of a mail may be shown how."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mailer.errors import NotFound
from mailer.rendering import sentence
from mailer.web.desk.frame import page

#: A caught mail is shown as an inbox would: nothing of it runs, its links open in another tab.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def in_use() -> bool:
    """Whether mail goes to the embedded catcher: no relay is set, or the set one is its own."""
    return not settings.SMTP_URL or _catcher_url() == settings.SMTP_URL


def while_catching(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the inbox: GET only, for anybody; 404 while mail goes to a real relay."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not in_use():
            raise Http404
        try:
            return view(request, **kwargs)
        except NotFound as refusal:
            return page(request, "desk/refused.html", {"words": sentence(refusal)}, status=404)

    return require_safe(guarded)


def _catcher_url() -> str | None:
    """Where the running `mailer up` has a catcher of its own; empty where it was given a relay."""
    try:
        told = json.loads(settings.SERVICES_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told.get("catcher") if isinstance(told, dict) else None
