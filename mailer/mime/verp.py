"""Envelope senders that name their delivery: `b+<delivery>-<mac>@domain` (pure).

A bounce comes back to the envelope sender, whatever else its author made of it. Both parts are
lower-case base32 (RFC 4648 §6), since servers on the way may change the case; with a delivery of
64 bits the local part has 32 characters of the 64 allowed (RFC 5321 §4.5.3.1.1). The 80 bits of
MAC keep strangers from declaring other people's addresses dead.
"""

import hashlib
import hmac
import re
from base64 import b32encode

from mailer.mime.addresses import ascii_domain

_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_LOCAL = re.compile(r"b\+([a-z2-7]{1,13})-([a-z2-7]{16})", re.ASCII)


def make_verp(delivery_id: int, secret: bytes, domain: str) -> str:
    """The envelope sender of a delivery (1 ≤ id < 2⁶³). Raises BadAddress for a bad domain."""
    if not 0 < delivery_id < 1 << 63:
        raise ValueError(f"{delivery_id} is not the id of a delivery")
    return f"b+{_written(delivery_id)}-{_mac(delivery_id, secret)}@{ascii_domain(domain)}"


def read_verp(address: str, secret: bytes) -> int | None:
    """The delivery an address of ours names; None when we did not write it.

    The domain is not looked at, so that bounces still arrive after it changed. The MAC is
    compared in constant time.
    """
    found = _LOCAL.fullmatch(address.strip().lower().partition("@")[0])
    if not found:
        return None
    delivery_id = 0
    for digit in found[1]:
        delivery_id = delivery_id * 32 + _DIGITS.index(digit)
    written_by_us = hmac.compare_digest(found[2], _mac(delivery_id, secret))
    return delivery_id if written_by_us and _written(delivery_id) == found[1] else None


def _written(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 32)
        digits = _DIGITS[digit] + digits
    return digits


def _mac(delivery_id: int, secret: bytes) -> str:
    digest = hmac.new(secret, b"verp:%d" % delivery_id, hashlib.sha256).digest()[:10]
    return b32encode(digest).decode().lower()
