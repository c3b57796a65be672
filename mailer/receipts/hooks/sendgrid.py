"""SendGrid's event webhook (pure).

Docs: "Getting Started with the Event Webhook Security Features": ECDSA over the time and the raw
body, by a key that the account shows.
"""

import base64
import binascii
import json
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mailer.receipts.clues import Clues
from mailer.receipts.hooks.events import MOST, Unreadable, bounced, brackets, notice, parsed, text
from mailer.receipts.notice import Notice
from mailer.receipts.verdicts import Finding, Verdict

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"


def genuine(body: bytes, signature: str, timestamp: str, key: str) -> bool:
    """Whether the account with the public `key` (base64 of DER) signed this body."""
    try:
        public = load_der_public_key(base64.b64decode(key, validate=True))
        if not isinstance(public, ec.EllipticCurvePublicKey):
            return False
        signed = timestamp.encode() + body
        told = base64.b64decode(signature, validate=True)
        public.verify(told, signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, binascii.Error):
        return False
    return True


def notices(body: bytes) -> list[Notice]:
    """The reports of a call. Raises Unreadable."""
    events = parsed(body)
    if not isinstance(events, list):
        raise Unreadable("not a list of events")
    found = []
    for event in events[:MOST]:
        if (finding := _finding(event)) is not None:
            clues = Clues(message_ids=brackets(text(event, "smtp-id")))
            original = json.dumps(event, indent=1).encode()
            identity = text(event, "sg_event_id") or original.decode()
            found.append(notice("sendgrid", finding, clues, identity, original=original))
    return found


def _finding(event: Any) -> Finding | None:
    kind, who = text(event, "event"), text(event, "email")
    if kind == "bounce":
        said = text(event, "reason")
        if text(event, "type") == "blocked":
            # SendGrid's word for a refusal that is not the mailbox's.
            found = bounced(who, said, status=text(event, "status"))
            hard = found.verdict is Verdict.HARD
            return Finding(
                Verdict.POLICY if hard else found.verdict, who, found.status, found.code, found.text
            )
        return bounced(who, said, status=text(event, "status"))
    if kind == "spamreport":
        return Finding(Verdict.COMPLAINT, who)
    if kind in {"unsubscribe", "group_unsubscribe"}:
        return Finding(Verdict.UNSUBSCRIBE, who)
    if kind == "deferred":
        return Finding(Verdict.DELAYED, who, text=text(event, "response")[:1000])
    if kind == "delivered":
        return Finding(Verdict.DELIVERED, who)
    return None
