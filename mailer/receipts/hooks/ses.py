"""Amazon SES, whose reports come through SNS (pure).

Docs: "Verifying the signatures of Amazon SNS messages", "Amazon SNS notification contents for
Amazon SES". The signature proves that SNS wrote it, for whoever pays for a topic: so the topic must
be one of ours as well.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from mailer.receipts.hooks.events import notice, parsed, text
from mailer.receipts.hooks.ses_words import clues_of, findings_of
from mailer.receipts.notice import Notice

_HOST = re.compile(r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
_SIGNED["UnsubscribeConfirmation"] = _SIGNED["SubscriptionConfirmation"]
_HASHES = {"1": hashes.SHA1, "2": hashes.SHA256}


def certificate_url(message: Any) -> str:
    """Where the certificate of a message lies; empty for an address that is not Amazon's."""
    return _amazons(text(message, "SigningCertURL"), ".pem")


def subscribe_url(message: Any) -> str:
    """What to visit to confirm a topic's subscription; empty where that is not asked, or not
    Amazon's."""
    asks = text(message, "Type") == "SubscriptionConfirmation"
    return _amazons(text(message, "SubscribeURL"), "") if asks else ""


def _amazons(url: str, end: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    ours = parts.scheme == "https" and _HOST.fullmatch(parts.netloc) and port is None
    return url if ours and parts.path.endswith(end) else ""


def genuine(message: Any, certificate: bytes) -> bool:
    """Whether SNS signed a message with the key of a certificate (PEM)."""
    fields = _SIGNED.get(text(message, "Type"))
    digest = _HASHES.get(text(message, "SignatureVersion"))
    if fields is None or digest is None:
        return False
    signed = "".join(f"{name}\n{text(message, name)}\n" for name in fields if name in message)
    try:
        key = x509.load_pem_x509_certificate(certificate).public_key()
        signature = base64.b64decode(text(message, "Signature"), validate=True)
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        key.verify(signature, signed.encode(), padding.PKCS1v15(), digest())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def notices(message: Any) -> list[Notice]:
    """The reports in a message of SNS. Raises Unreadable."""
    told = parsed(text(message, "Message").encode())
    return list(_notices(told, text(message, "MessageId")))


def _notices(told: Any, message_id: str) -> Iterator[Notice]:
    clues, original = clues_of(told), json.dumps(told, indent=1).encode()
    for number, finding in enumerate(findings_of(told)):
        yield notice("ses", finding, clues, message_id, str(number), original=original)
