"""How much mail a stranger can cause to one mailbox, counted from rows: no other part is needed."""

import hmac
from datetime import datetime, timedelta

from django.conf import settings

from mailer.errors import BadAddress
from mailer.subscribers import address
from mailer.subscribers.models import SignupRequest

#: Confirmation mails to one address, and within which time.
MOST, WITHIN = 3, timedelta(hours=24)


def limit_key(email: str) -> str:
    """A keyed hash of the address: it outlives the address, which it does not tell."""
    try:
        told = address.key(email)
    except BadAddress:
        told = email
    return hmac.digest(settings.SECRET_KEY.encode(), b"limit:" + told.encode(), "sha256").hex()


def over_limit(key: str, now: datetime) -> bool:
    """Whether this address was sent its share of confirmations."""
    mailed = SignupRequest.objects.filter(
        limit_key=key, outcome="mailed", taken_at__gt=now - WITHIN
    )
    return mailed.count() >= MOST
