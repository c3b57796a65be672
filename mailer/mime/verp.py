"""Envelope senders that name their delivery: `b+<delivery>-<mac>@domain` (pure).

A bounce comes back to the envelope sender, whatever else its author made of it. Both parts are
lower-case base32 (RFC 4648 §6), since servers on the way may change the case; with a delivery of
64 bits the local part has 32 characters of the 64 allowed (RFC 5321 §4.5.3.1.1). The 80 bits of
MAC keep strangers from declaring other people's addresses dead.
"""

import hmac
import re

from mailer.mac import Mac
from mailer.mime.addresses import ascii_domain

_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]
_LOCAL = re.compile(r"b\+([a-z2-7]{1,13})-([a-z2-7]{16})", re.ASCII)


class Verp:
    """The envelope senders of a domain; what is the same for all of them is worked out once.

    Raises BadAddress for a bad domain.
    """

    __slots__ = ("_end", "_key")

    def __init__(self, secret: bytes, domain: str) -> None:
        self._key = _key(secret)
        self._end = f"@{ascii_domain(domain)}"

    def of(self, delivery_id: int) -> str:
        """The envelope sender of a delivery (1 ≤ id < 2⁶³)."""
        if not 0 < delivery_id < 1 << 63:
            raise ValueError(f"{delivery_id} is not the id of a delivery")
        return f"b+{_written(delivery_id)}-{_mac(delivery_id, self._key)}{self._end}"


def make_verp(delivery_id: int, secret: bytes, domain: str) -> str:
    """One envelope sender, see `Verp`."""
    return Verp(secret, domain).of(delivery_id)


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
    written_by_us = hmac.compare_digest(found[2], _mac(delivery_id, _key(secret)))
    return delivery_id if written_by_us and _written(delivery_id) == found[1] else None


def _key(secret: bytes) -> Mac:
    return Mac(secret, b"verp:")


def _written(number: int) -> str:
    digits = ""
    while number:
        number, pair = divmod(number, 1024)
        digits = _PAIRS[pair] + digits
    return digits.lstrip("a")


def _mac(delivery_id: int, key: Mac) -> str:
    number = int.from_bytes(key.of(b"%d" % delivery_id)[:10], "big")
    # Ten bits at a time: the standard library's base32 takes three times as long.
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(70, -1, -10)])
