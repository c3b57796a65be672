"""An address gets nothing from now on, and again something: the only writer of suppressions that
a report or a person at the desk causes.

A group that is being handed over at this moment checked before: what it holds may still leave.
"""

import logging
from datetime import datetime

from mailer.subscribers.models import Subscriber, Suppression

_log = logging.getLogger(__name__)


def suppress(
    subscriber: Subscriber, reason: str, *, origin: str, evidence: str, now: datetime
) -> bool:
    """Send nothing more to a reader's address; False when it got nothing already.

    `origin` names what caused it, `evidence` the words it stands on. An erased reader has no
    address: there is nothing to suppress.
    """
    if subscriber.email_key is None:
        return False
    _, fresh = Suppression.objects.get_or_create(
        email_key=subscriber.email_key,
        defaults={"reason": reason, "origin": origin[:200], "evidence": evidence, "at": now},
    )
    return fresh


def lift(subscriber: Subscriber, origin: str) -> bool:
    """Send to the address again, if it was `origin` that suppressed it; whether it was."""
    found = Suppression.objects.filter(email_key=subscriber.email_key or "", origin=origin)
    lifted, _ = found.delete()
    if lifted:
        _log.info("the suppression of reader %s was lifted", subscriber.pk)
    return bool(lifted)
