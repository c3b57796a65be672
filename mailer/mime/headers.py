"""Header fields, encoded and folded (pure).

Python 3.11 turns a long `List-Unsubscribe` into encoded-words, loses the space between two
encoded-words, passes their limit of 75 and decodes what a person typed as `=?…?=`. Here a value
says by its type what it is, and is either wholly ASCII or wholly encoded: between two
encoded-words white space means nothing (RFC 2047 §6.2), so every space stands within one.

    str          free text: Subject, Content-Language        encoded where it must be
    Mailbox      From, To, Reply-To                          the name may be encoded
    ListId       List-Id                                     the name may be encoded
    Structured   Message-ID, Date, List-Unsubscribe          never encoded, folded between parts
"""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mailer.errors import N_, Refused
from mailer.mime.addresses import ascii_address, ascii_domain

#: RFC 2047 §2: a line with an encoded-word, and the encoded-word itself.
MAX_LINE, MAX_WORD = 76, 75
#: RFC 5322 §2.1.1, without CRLF.
MAX_LINE_EVER = 998

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")
_LINE_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
# Controls; the bidirectional overrides and isolates, which could show a sender's name or a
# subject reversed; lone surrogates, which UTF-8 cannot carry.
_NEVER = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_CLEAN_ASCII = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_PLAIN_WORDS = re.compile(r"[!-~]{1,75}(?: [!-~]{1,75})*")
_STRUCTURED = re.compile(r"[!-~](?:[ -~]*[!-~])?")

# RFC 2047 §5 (3), the narrowest set, the one allowed in a display name too.
_Q_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_Q = ["_" if c == 0x20 else chr(c) if c in _Q_PLAIN else f"={c:02X}" for c in range(256)]
_FRAME = len("=?utf-8?q??=")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`"name" <address>`, or the bare address when there is no name (RFC 5322 §3.4)."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class ListId:
    """`"name" <identifier>`; the identifier is shaped like a domain name (RFC 2919 §3)."""

    name: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Structured:
    """Printable ASCII that software reads, sent as it is: parts, joined by commas."""

    parts: tuple[str, ...]


HeaderValue = str | Mailbox | ListId | Structured


def clean_header_text(text: str) -> str:
    """Text fit for a subject or a display name: one line, NFC, no control or override.

    A run of line breaks or tabs becomes one space; other controls, U+202A–202E, U+2066–2069 and
    lone surrogates go; the ends are trimmed. Cleaning twice changes nothing more.
    """
    if _CLEAN_ASCII.fullmatch(text):
        return text
    text = _NEVER.sub("", _LINE_BREAKS.sub(" ", text))
    return unicodedata.normalize("NFC", text).strip(" ")


def header_field(name: str, value: HeaderValue) -> bytes:
    """The whole field, `Name: value` CRLF, folded: lines ≤ 76 where possible, never over 998.

    Raises BadAddress for an address that cannot be used, Refused for a structured part that is
    too long, ValueError for a name or a structured part that is no such thing.
    """
    if not _FIELD_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a header field")
    room = MAX_LINE - len(name) - 2
    match value:
        case str():
            words = _text(clean_header_text(value), room)
        case Mailbox(display, address):
            words = _with_angle(display, ascii_address(address), room)
        case ListId(display, identifier):
            words = [*_phrase(display, room), f"<{ascii_domain(identifier)}>"]
        case Structured(parts):
            return f"{name}: {structured(name, parts)}\r\n".encode("ascii")
    return f"{name}: {_folded(words, room)}".rstrip().encode("ascii") + b"\r\n"


def structured(name: str, parts: tuple[str, ...]) -> str:
    """The parts one to a line, as they are; a field's one-click button lives or dies by it."""
    for part in parts:
        if not _STRUCTURED.fullmatch(part):
            raise ValueError(f"{name} takes printable ASCII, not {part!r}")
        if len(part) > MAX_LINE_EVER - len(name) - 3:
            raise Refused(
                N_("The mail's header %(header)s is too long (%(length)s characters)."),
                header=name,
                length=len(part),
            )
    return ",\r\n ".join(parts)


def _text(text: str, room: int) -> list[str]:
    """Words that fit their lines are sent as they are, everything else is encoded whole."""
    if _PLAIN_WORDS.fullmatch(text) and "=?" not in text and len(text.partition(" ")[0]) <= room:
        return text.split(" ")
    return encoded_words(text, room)


def _with_angle(display: str, address: str, room: int) -> list[str]:
    phrase = _phrase(display, room)
    return [*phrase, f"<{address}>"] if phrase else [address]


def _phrase(display: str, room: int) -> list[str]:
    """A display name: a quoted-string where it is short ASCII (RFC 5322 §3.2.4)."""
    display = clean_header_text(display)
    quoted = '"' + display.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if not display:
        return []
    if display.isascii() and "=?" not in display and len(quoted) <= room:
        return [quoted]
    return encoded_words(display, room)


def _folded(words: list[str], room: int) -> str:
    """Words joined by a space, or by a line break where the line would pass 76."""
    folded, used = words[:1], len(words[0]) if words else 0
    for word in words[1:]:
        fits = used + 1 + len(word) <= room
        folded.append(f" {word}" if fits else f"\r\n {word}")
        used = used + 1 + len(word) if fits else 1 + len(word)
        room = room if fits else MAX_LINE
    return "".join(folded)


def encoded_words(text: str, room: int) -> list[str]:
    """`text` as RFC 2047 encoded-words, q or b, whichever is shorter, no character split.

    `room` is how much of the first line is left; the words after it may take 75 characters.
    """
    raw = text.encode()
    if len(_q(text)) <= len(b64encode(raw)):
        chunks = _chunks(text, room - _FRAME, MAX_WORD - _FRAME, lambda char: len(_q(char)))
        return [f"=?utf-8?q?{_q(chunk)}?=" for chunk in chunks]
    first, rest = ((width - _FRAME) // 4 * 3 for width in (room, MAX_WORD))
    chunks = _chunks(text, first, rest, lambda char: len(char.encode()))
    return [f"=?utf-8?b?{b64encode(chunk.encode()).decode()}?=" for chunk in chunks]


def _chunks(text: str, first: int, rest: int, cost: Callable[[str], int]) -> Iterator[str]:
    """`text` cut between characters, so that the first chunk costs ≤ `first`, others ≤ `rest`.

    Cut after a space where there is one: readers that put a space between two encoded-words
    (Python's own, in a display name) then show two spaces, and not a word in two.
    """
    start = used = 0
    for end, char in enumerate(text):
        price = cost(char)
        while used + price > first:
            cut = text.rfind(" ", start, end) + 1 or end
            yield text[start:cut]
            start, used, first = cut, sum(map(cost, text[cut:end])), rest
        used += price
    if start < len(text):
        yield text[start:]


def _q(text: str) -> str:
    return "".join([_Q[byte] for byte in text.encode()])


def list_unsubscribe(https: str, mailto: str = "") -> Structured:
    """`<https://…>, <mailto:…>` (RFC 2369 §3.2, RFC 8058 §3.1): the two addresses bare."""
    return Structured(tuple(f"<{address}>" for address in (https, mailto) if address))


def feedback_id(sender: str, *fields: str) -> Structured:
    """`field:field:field:sender`, by which Gmail groups complaints; nothing per recipient.

    At most three fields before the sender, which has 5–15 characters and stays the same (Gmail's
    page on the feedback loop). What is not a letter, a digit, `.`, `_` or `-` becomes `-`.
    """
    names = [re.sub(r"[^A-Za-z0-9._-]+", "-", field) for field in (*fields, sender)]
    if len(names) > 4 or not 5 <= len(names[-1]) <= 15 or "" in names:
        raise ValueError(f"not a Feedback-ID: {':'.join(names)}")
    return Structured((":".join(names),))


def date_text(moment: datetime) -> str:
    """An RFC 5322 §3.3 date with a numeric zone: `Mon, 23 Nov 2026 08:00:00 +0100`."""
    if moment.tzinfo is None:
        raise ValueError("a mail's date needs its zone")
    return format_datetime(moment)
