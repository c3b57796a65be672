"""Links that act: signed, bound to one purpose, and to one person and list (pure).

A token is 52 URL-safe characters, always:

    purpose 1 · subject 8 · audience 4 · round 4 · expires 4 bytes, then 18 bytes of HMAC-SHA256

It holds numbers only, never an address. Nothing is stored: whether a link was used already is
read from the row it names, by the round it was signed for. The signature has 144 bits, the key is
derived from SECRET_KEY for tokens alone; older keys verify, the newest signs.
"""

import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from binascii import b2a_base64
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import NamedTuple

from mailer.errors import N_, BadToken
from mailer.mac import Mac

#: Characters of a token.
LENGTH = 52
_FIELDS = struct.Struct(">BQIII")
_MAC = 18
# `urlsafe_b64encode` without its two calls more.
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Purpose(IntEnum):
    """What a link may do; a number is never given to another purpose."""

    CONFIRM = 1
    DISOWN = 2
    UNSUBSCRIBE = 3
    PREFERENCES = 4
    DATA = 5
    ADDRESS = 6


class Claim(NamedTuple):
    """What a link says. `subject` and `audience` are ids of a subscriber and of a list.

    `audience` 0 is every list; `expires` is in Unix seconds, 0 is never. A tuple, in the order of
    the bytes: a frozen dataclass took twice the time of the signature.
    """

    purpose: Purpose
    subject: int
    audience: int = 0
    round: int = 0
    expires: int = 0


def derive(secrets: Sequence[str]) -> tuple[Mac, ...]:
    """The signing keys of the secrets, newest first."""
    return tuple(Mac(Mac(secret.encode()).of(b"mailer.subscribers.tokens")) for secret in secrets)


def sign(claim: Claim, key: Mac) -> str:
    """The token of a claim."""
    fields = _FIELDS.pack(*claim)
    return urlsafe_b64encode(fields + key.of(fields)[:_MAC]).decode("ascii")


def signer(
    purpose: Purpose, key: Mac, *, audience: int = 0, expires: int = 0
) -> Callable[[int], bytes]:
    """Tokens that differ by their subject alone, in ASCII: a mailing signs two per recipient."""
    head = _FIELDS.pack(purpose, 0, audience, 0, expires)
    before, after = head[:1], head[9:]

    def token(subject: int) -> bytes:
        fields = before + subject.to_bytes(8, "big") + after
        return b2a_base64(fields + key.of(fields)[:_MAC], newline=False).translate(_URL_SAFE)

    return token


def verify(token: str, purpose: Purpose, keys: Sequence[Mac], now: int) -> Claim:
    """The claim of a token; `now` in Unix seconds.

    Raises BadToken, a sentence each for a link that is altered, for another purpose, or expired.
    """
    claim = opened(token, keys)
    if claim.purpose != purpose:
        raise BadToken(
            N_("This link is for something else: use the one that the mail gives for this page.")
        )
    if claim.expires and claim.expires <= now:
        raise BadToken(
            N_("This link has expired: ask for a new one, or use the one in the newest mail.")
        )
    return claim


def opened(token: str, keys: Sequence[Mac]) -> Claim:
    """The claim of a token that we signed, whatever its purpose and age: it allows nothing.

    Raises BadToken for one that is altered.
    """
    raw = _bytes(token)
    fields, mac = raw[: _FIELDS.size], raw[_FIELDS.size :]
    # Every key is tried, whatever the result: the time taken tells nothing.
    matches = [hmac.compare_digest(key.of(fields)[:_MAC], mac) for key in keys]
    if not any(matches):
        raise _altered()
    number, *rest = _FIELDS.unpack(fields)
    return Claim(Purpose(number), *rest)


def _bytes(token: str) -> bytes:
    # 39 bytes fill 52 characters without a spare bit: each token has one spelling only.
    if len(token) != LENGTH or not token.isascii():
        raise _altered()
    try:
        raw = urlsafe_b64decode(token)
    except BadBase64 as error:
        raise _altered() from error
    if len(raw) != _FIELDS.size + _MAC or urlsafe_b64encode(raw).decode("ascii") != token:
        raise _altered()
    return raw


def _altered() -> BadToken:
    return BadToken(
        N_(
            "This link is not whole: open it from the mail itself, or copy it again from its"
            " first to its last character."
        )
    )
