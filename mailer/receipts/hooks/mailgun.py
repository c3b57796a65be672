"""Mailgun's webhooks (pure).

Docs: "Securing webhooks": HMAC-SHA256 over the time and a token, by the account's signing key. The
signature does not cover the event, so one that was seen could be sent again with another: a token
is good for some hours, and for one event.
"""

import hmac
import json
from typing import Any

from mailer.receipts.clues import Clues
from mailer.receipts.hooks.events import Unreadable, bounced, brackets, notice, parsed, text
from mailer.receipts.notice import Notice
from mailer.receipts.verdicts import Finding, Verdict

#: Seconds for which a signature is good: Mailgun tries a call again for eight hours.
_FRESH = 12 * 3600


def genuine(told: Any, key: str, now: int) -> bool:
    """Whether the account with the signing `key` sent it, of late; `now` in Unix seconds."""
    timestamp, token = text(told, "signature", "timestamp"), text(told, "signature", "token")
    if not timestamp.isdecimal() or len(timestamp) > 12 or abs(now - int(timestamp)) > _FRESH:
        return False
    expected = hmac.new(key.encode(), f"{timestamp}{token}".encode(), "sha256").hexdigest()
    given = text(told, "signature", "signature")
    return bool(key) and hmac.compare_digest(expected.encode(), given.encode())


def read(body: bytes) -> Any:
    """The body of a call. Raises Unreadable."""
    told = parsed(body)
    if not isinstance(told, dict):
        raise Unreadable("not an object")
    return told


def notices(told: Any) -> list[Notice]:
    """The report of a call; its signature makes it one, so that no other event can use it."""
    event = told.get("event-data")
    if (finding := _finding(event)) is None:
        return []
    message_id = text(event, "message", "headers", "message-id")
    original = json.dumps(event, indent=1).encode()
    token = text(told, "signature", "token")
    clues = Clues(message_ids=brackets(message_id))
    return [notice("mailgun", finding, clues, token, original=original)]


def _finding(event: Any) -> Finding | None:
    kind, who = text(event, "event"), text(event, "recipient")
    if kind == "failed":
        said = text(event, "delivery-status", "message") or text(
            event, "delivery-status", "description"
        )
        if text(event, "severity") == "temporary":
            return Finding(Verdict.DELAYED, who, text=said[:1000])
        code = text(event, "delivery-status", "code")
        whole = said if said[:3].isdecimal() else f"{code} {said}".strip()
        gone = text(event, "reason") == "bounce" and code in {"550", "551", "553"} and not said
        return bounced(who, whole, gone=gone)
    verdicts = {
        "complained": Verdict.COMPLAINT,
        "unsubscribed": Verdict.UNSUBSCRIBE,
        "delivered": Verdict.DELIVERED,
    }
    return Finding(verdicts[kind], who) if kind in verdicts else None
