"""Who asks, from where, and whether they may: what the public forms have in common.

Nothing here changes what is answered: over a limit, or in the trap, a request is written down as
one that is let go no further, and answered as any other.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from mailer.errors import N_, Refused
from mailer.subscribers import network, work
from mailer.subscribers.address import shown
from mailer.subscribers.consents import Where
from mailer.subscribers.network import Caller
from mailer.subscribers.quota import Quota
from mailer.subscribers.turnstile import Turnstile

#: The field that people do not see, and programs fill in.
TRAP = "website"


def where(request: HttpRequest, page: str) -> Where:
    """Where an act comes from, as the proof keeps it."""
    told = network.kept(_caller(request).address, settings.MAILER_PROOF_NETWORK)
    return Where(page, told, site(request))


def site(request: HttpRequest) -> str:
    """The other web site whose page was filled in, as its browser names it; "" for ours.

    Our own pages tell no one where they were (`no-referrer`), so their forms come from `null`.
    """
    origin = request.headers.get("Origin", "").lower()
    ours = {request.get_host().lower(), urlsplit(settings.MAILER_URL).netloc.lower()}
    return "" if origin in ("", "null") or urlsplit(origin).netloc in ours else origin[:200]


def refuse_strangers(request: HttpRequest) -> None:
    """Raises Refused for the form of a web site that MAILER_FORM_ORIGINS does not name."""
    other = site(request)
    if other and other not in settings.MAILER_FORM_ORIGINS:
        raise Refused(
            N_(
                "The form on %(site)s may not ask in our name. Use the form on this page; whoever"
                " keeps that site can ask us to allow it."
            ),
            site=shown(other),
        )


def barred(request: HttpRequest, fields: Mapping[str, str], now: datetime) -> str:
    """Why a filled-in form is let go no further, as its row's outcome; "" when it may go on."""
    if fields.get(TRAP):
        return "trap"
    proven = work.proves(fields.get("proof", ""), fields.get("email", ""), now)
    quota = Quota(
        max(1, settings.MAILER_SIGNUPS_PER_NETWORK), max(1, settings.MAILER_SIGNUPS_PER_HOUR)
    )
    passes = _turnstile(settings.REDIS_URL).admit(_caller(request).bucket, quota, proven=proven)
    return "" if passes else "limited"


def may_count(request: HttpRequest) -> bool:
    """Whether a click from this network is counted: so many an hour, and no more.

    What is counted here is a keyed hash of the network, forgotten within the hour.
    """
    bucket = _caller(request).bucket
    told = hmac.digest(settings.SECRET_KEY.encode(), f"clicks:{bucket}".encode(), "sha256").hex()
    quota = Quota(
        max(1, settings.MAILER_CLICKS_PER_NETWORK), max(1, settings.MAILER_CLICKS_PER_HOUR)
    )
    return _turnstile(settings.REDIS_URL, "clicks").admit(
        told if bucket else "", quota, proven=True
    )


def _caller(request: HttpRequest) -> Caller:
    return network.caller(
        request.META.get("REMOTE_ADDR", ""),
        request.headers.get("X-Forwarded-For", ""),
        settings.MAILER_TRUSTED_PROXIES,
    )


@cache
def _turnstile(url: str, what: str = "signups") -> Turnstile:
    return Turnstile(url, what=what)
