"""The Message-ID of one edition for one subscriber (pure)."""

import hashlib
import hmac
from base64 import b32encode

from mailer.mime.addresses import ascii_domain


def message_id(edition_key: str, subscriber_key: str, domain: str, secret: bytes) -> str:
    """`<…@domain>` (RFC 5322 §3.6.4), brackets included, the same on every retry.

    160 bits of HMAC-SHA256, so that a copy can be recognised, and neither the subscriber nor the
    sending machine can be read from it. Raises BadAddress when `domain` is no domain name.
    """
    # The length in front keeps ("a", "bc") and ("ab", "c") apart.
    edition = edition_key.encode()
    told = b"message-id:%d:%b:%b" % (len(edition), edition, subscriber_key.encode())
    digest = hmac.new(secret, told, hashlib.sha256).digest()[:20]
    return f"<{b32encode(digest).decode().lower()}@{ascii_domain(domain)}>"
