"""A mail from outside, opened with care: bounded, and never raising for what it holds (pure).

A report of 50 MB, a thousand parts within each other, a charset that does not exist, no byte at
all: each is a mail of which less is read.
"""

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

import nh3

#: Bytes of a mail that are looked at. What a report says stands before the mail it returns, and an
#: issue of ours has 100 kB at most.
MOST = 512 * 1024
#: Parts of a mail, and boundaries in it, that are looked at: the parser holds one level of Python's
#: stack for each, and looks at every line once for each that is open.
_MOST_PARTS, _MOST_BOUNDARIES = 60, 40
#: Characters of a header.
_MOST_HEADER = 4000
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]*>", re.IGNORECASE)
#: Where no charset is told, or a wrong one: what French and Arabic machines write.
_GUESSES = ("utf-8", "windows-1256", "windows-1252")
_ARABIC = re.compile(r"[\u0621-\u064a]{3}")


def open_mail(raw: bytes) -> "Message[str, str]":
    """The mail that these bytes begin with; at worst one without a header."""
    raw = raw[:MOST].replace(b"\0", b"")
    if len(_BOUNDARY.findall(raw)) > _MOST_BOUNDARIES:
        # Nobody's report is made so: what counts of it is its header and its first words.
        return _flat(raw)
    try:
        return message_from_bytes(raw.lstrip(b"\r\n"))
    except (RecursionError, ValueError, LookupError, IndexError, AttributeError):
        return _flat(raw)


def _flat(raw: bytes) -> "Message[str, str]":
    head, _, body = raw.lstrip(b"\r\n").replace(b"\r\n", b"\n").partition(b"\n\n")
    mail = Message()
    for line in head.decode("latin-1").split("\n"):
        name, colon, value = line.partition(":")
        is_field = colon and name.isascii() and not name.startswith((" ", "\t"))
        if is_field and name.lower() not in {"content-type", "content-transfer-encoding"}:
            mail[name] = value.strip()
    mail.set_payload(body[:65_536].decode("latin-1"))
    return mail


def parts(mail: "Message[str, str]") -> Iterator["Message[str, str]"]:
    """The mail and its parts, the outer first, without what lies in a mail that it returns.

    Of a great many the first ones.
    """
    waiting, seen = [mail], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop()
        seen += 1
        if part.get_content_maintype() == "multipart" and not part.is_multipart():
            # Its boundary was lost on the way: all of it is text.
            del part["Content-Type"]
        yield part
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            inner = [one for one in part.get_payload() if isinstance(one, Message)]
            waiting.extend(reversed(inner))


def header(mail: "Message[str, str]", name: str) -> str:
    """A header as one line of text, decoded; empty where there is none."""
    wanted = name.lower()
    found = (value for known, value in mail.raw_items() if known.lower() == wanted)
    return decoded(str(next(found, ""))[:_MOST_HEADER])


def decoded(value: str) -> str:
    """A header's value without encoded-words (RFC 2047) and folds."""
    if "=?" in value:
        with suppress(HeaderParseError, ValueError, LookupError):
            value = "".join(
                piece if isinstance(piece, str) else _text(piece, charset or "ascii")
                for piece, charset in decode_header(value)
            )
    elif not value.isascii():
        # Bytes that are no ASCII, which the parser kept as they were.
        value = _text(value.encode("utf-8", "surrogateescape"), "")
    return " ".join(value.split())


def text_of(part: "Message[str, str]") -> str:
    """The text of a part that is no multipart; HTML without its tags."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        charset = part.get_content_charset() or ""
    except (LookupError, ValueError):
        charset = ""
    text = _text(payload, charset)
    return plain(text) if part.get_content_type() == "text/html" else text


def plain(markup: str) -> str:
    """The words of HTML, a line where it breaks one."""
    broken = _BREAK.sub("\n", markup)
    bare = nh3.clean(broken, tags=set(), clean_content_tags={"script", "style", "title"})
    return html.unescape(bare).replace("\u00a0", " ")


def _text(raw: bytes, charset: str) -> str:
    for name in dict.fromkeys((charset, *_GUESSES)):
        try:
            found = raw.decode(name)
        except (LookupError, ValueError):
            continue
        # Nearly everything is some text in windows-1256: only Arabic words speak for it.
        if name != "windows-1256" or name == charset or _ARABIC.search(found):
            return found
    return raw.decode("latin-1")
