"""How much mail a stranger can cause to one mailbox, counted from rows: no other part is needed."""

import hmac
from datetime import datetime, timedelta

from django.conf import settings

from mailer.errors import BadAddress
from mailer.subscribers import address
from mailer.subscribers.mailbox import mailbox
from mailer.subscribers.models import AddressChange, RequestKind, SignupRequest

#: The time within which MAILER_SIGNUPS_PER_ADDRESS mails may be caused.
WITHIN = timedelta(hours=24)


def limit_key(email: str, kind: str = RequestKind.LIST) -> str:
    """A keyed hash of the mailbox: it outlives the address, which it does not tell.

    Mails of different kinds are counted apart, so that nobody is kept from their own data by a
    stranger at the sign-up form.
    """
    try:
        told = mailbox(address.key(email))
    except BadAddress:
        told = email
    prefix = "limit:" if kind == RequestKind.LIST else f"limit:{kind}:"
    return hmac.digest(settings.SECRET_KEY.encode(), f"{prefix}{told}".encode(), "sha256").hex()


def over_limit(key: str, now: datetime) -> bool:
    """Whether this mailbox was sent its share of what the forms can cause."""
    mailed = SignupRequest.objects.filter(
        limit_key=key, outcome="mailed", taken_at__gt=now - WITHIN
    )
    return mailed.count() >= settings.MAILER_SIGNUPS_PER_ADDRESS


def over_changes(key: str, now: datetime) -> bool:
    """Whether this mailbox was sent its share of links that make it a person's new address."""
    mailed = AddressChange.objects.filter(limit_key=key, requested_at__gt=now - WITHIN)
    return mailed.count() >= settings.MAILER_SIGNUPS_PER_ADDRESS
