"""Postmark's bounce and spam complaint webhooks (pure).

Docs: "Bounce webhook", "Spam complaint webhook", "Webhooks overview": Postmark signs nothing; it
logs in with the name and password that stand in the address it was given (HTTP basic).
"""

import base64
import hmac
import json
from typing import Any

from mailer.receipts.clues import Clues
from mailer.receipts.hooks.events import bounced, brackets, notice, parsed, text
from mailer.receipts.notice import Notice
from mailer.receipts.verdicts import Finding, Verdict

_TYPES = {
    "SpamNotification": Verdict.POLICY,
    "Blocked": Verdict.POLICY,
    "DMARCPolicy": Verdict.POLICY,
    "VirusNotification": Verdict.CONTENT,
    "AutoResponder": Verdict.REPLY,
    "AddressChange": Verdict.REPLY,
    "ChallengeVerification": Verdict.REPLY,
    "OpenRelayTest": Verdict.MAIL,
    "Subscribe": Verdict.MAIL,
    "Unsubscribe": Verdict.UNSUBSCRIBE,
    "SpamComplaint": Verdict.COMPLAINT,
}


def genuine(authorization: str, login: str) -> bool:
    """Whether the caller knows `login` (`name:password`)."""
    expected = "Basic " + base64.b64encode(login.encode()).decode("ascii")
    return bool(login) and hmac.compare_digest(authorization.encode(), expected.encode())


def notices(body: bytes) -> list[Notice]:
    """The report of a call. Raises Unreadable."""
    told = parsed(body)
    if (finding := _finding(told)) is None:
        return []
    original = text(told, "Content").encode() or json.dumps(told, indent=1).encode()
    clues = Clues(message_ids=brackets(text(told, "Metadata", "message-id")))
    identity = (text(told, "RecordType"), text(told, "ID") or text(told, "MessageID"))
    return [notice("postmark", finding, clues, *identity, original=original)]


def _finding(told: Any) -> Finding | None:
    record, kind, who = text(told, "RecordType"), text(told, "Type"), text(told, "Email")
    if record == "SpamComplaint":
        return Finding(Verdict.COMPLAINT, who)
    if record == "Delivery":
        return Finding(Verdict.DELIVERED, text(told, "Recipient"))
    if record == "SubscriptionChange":
        return None  # what they suppress is theirs: its reason comes as a report of its own
    if record != "Bounce":
        return None
    said = text(told, "Details") or text(told, "Description")
    if kind in _TYPES:
        return Finding(_TYPES[kind], who, text=said[:1000])
    if kind in {"Transient", "DnsError"}:
        return Finding(Verdict.DELAYED, who, text=said[:1000])
    return bounced(who, said, gone=kind == "HardBounce" and not text(told, "Details"))
