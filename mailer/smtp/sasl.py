"""Ways to log in: which of them, and what is said in each (pure).

    PLAIN      RFC 4616        user and password, in one word
    LOGIN      (never an RFC)  the same in two, each asked for
    CRAM-MD5   RFC 2195        a digest of the server's challenge: the password stays here
    XOAUTH2    Google, Microsoft: "user=" user ^A "auth=Bearer " token ^A ^A

Each is answered as RFC 4954 has it: base64 in lines of its own behind `AUTH`.
"""

import base64
import binascii
import hmac
import json
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Auth = Literal["plain", "login", "cram-md5", "xoauth2"]
AUTHS: tuple[Auth, ...] = ("plain", "login", "cram-md5", "xoauth2")

# RFC 4954 section 4: a longer AUTH command leaves the answer for the line behind it.
_COMMAND_LIMIT = 512 - len("\r\n")
# Shorter words than this say too little of a secret to be worth hiding.
_TELLING = 4


@dataclass(frozen=True, slots=True, repr=False)
class Exchange:
    """What is said: the AUTH command, then the answer to each challenge. It has no repr."""

    command: str
    answers: tuple[Callable[[bytes], bytes], ...]


def chosen(offered: Iterable[str], wanted: Auth | None, *, private: bool) -> Auth | None:
    """The way to log in, of those a server offers; None when it is not among them.

    On a line that others may read, the one that keeps the password here goes first. On a private
    one it goes last: a server that offers it stores passwords it can read, and many that offer
    it do not mean it. A token is no password, so XOAUTH2 is never guessed at.
    """
    known = {name.lower() for name in offered}
    if wanted is not None:
        return wanted if wanted in known else None
    order: tuple[Auth, ...] = ("plain", "login", "cram-md5")
    if not private:
        order = ("cram-md5", "plain", "login")
    return next((auth for auth in order if auth in known), None)


def exchange(auth: Auth, user: str, secret: str) -> Exchange:
    """What is said to log in as `user` with this password or token."""
    name, word = user.encode(), secret.encode()
    match auth:
        case "plain":
            return _at_once("PLAIN", b"\0%b\0%b" % (name, word))
        case "xoauth2":
            return _at_once("XOAUTH2", b"user=%b\1auth=Bearer %b\1\1" % (name, word))
        case "login":
            return Exchange("AUTH LOGIN", (lambda _: name, lambda _: word))
        case "cram-md5":
            return Exchange("AUTH CRAM-MD5", (lambda asked: _digest(name, word, asked),))


def _at_once(mechanism: str, answer: bytes) -> Exchange:
    command = f"AUTH {mechanism} {encoded(answer)}"
    if len(command) <= _COMMAND_LIMIT:
        return Exchange(command, ())
    return Exchange(f"AUTH {mechanism}", (lambda _: answer,))


def _digest(name: bytes, word: bytes, asked: bytes) -> bytes:
    return b"%b %b" % (name, hmac.new(word, asked, "md5").hexdigest().encode())


def encoded(answer: bytes) -> str:
    """An answer as it travels."""
    return base64.b64encode(answer).decode()


def decoded(challenge: str) -> bytes:
    """A challenge as it was meant; empty for one that is not base64."""
    try:
        return base64.b64decode(challenge, validate=True)
    except (binascii.Error, ValueError):
        return b""


def token_refusal(challenge: str) -> str:
    """What XOAUTH2's challenge of JSON says against a token: `status 401, scope …`."""
    try:
        told = json.loads(decoded(challenge))
    except (ValueError, RecursionError):
        return ""
    if not isinstance(told, dict):
        return ""
    said = [f"{name} {told[name]}" for name in ("status", "scope") if name in told]
    return "".join(sign if sign.isprintable() else " " for sign in ", ".join(said))[:200]


def without_secrets(text: str, told: Iterable[str]) -> str:
    """A server's words without those it repeats, whole or in part, from what it was told.

    Servers that do not know a command like to quote it.
    """
    secrets = [secret.casefold() for secret in told if secret]
    return " ".join("…" if _tells(word, secrets) else word for word in text.split())


def _tells(word: str, secrets: list[str]) -> bool:
    word = word.casefold()
    core = word.strip(string.punctuation.replace("+", "").replace("/", "").replace("=", "") + "…")
    part = len(core) >= _TELLING
    return any(secret in word or (part and core in secret) for secret in secrets)
