"""Body parts: UTF-8 text in quoted-printable or base64, lines ≤ 76, CRLF (pure).

No encoded line begins with a dot or with `From `, so that nothing is left to stuff (RFC 5321
§4.5.2) and no mailbox file breaks.
"""

import re
from binascii import b2a_base64
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from mailer.mime.headers import clean_header_text

Encoding = Literal["quoted-printable", "base64"]

#: RFC 2045 §6.7 (5) and §6.8; quoted-printable keeps one place for the soft break's `=`.
MAX_ENCODED = 76
_CUT = MAX_ENCODED - 1

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_QP_PLAIN = frozenset(range(0x20, 0x7F)) - {0x3D} | {0x09}
_QP = [chr(byte) if byte in _QP_PLAIN else f"={byte:02X}" for byte in range(256)]
_CONTENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]{1,64}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the message: its name, its media type such as `application/pdf`, its bytes."""

    filename: str
    media_type: str
    content: bytes


def clean_body(text: str) -> str:
    """The text with LF line ends and without control characters (tabs stay).

    A lone surrogate, which UTF-8 cannot carry, becomes U+FFFD.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("�", _CONTROLS.sub("", text))


def better_encoding(text: str) -> Encoding:
    """Whichever is shorter over the whole of `text`; quoted-printable when they are equal."""
    in_base64 = base64_lines(text.replace("\n", "\r\n").encode())
    return "base64" if len(in_base64) < len(quoted_printable(text)) else "quoted-printable"


def encoded_size(text: str) -> int:
    """How many bytes `text` takes as a part, encoded the shorter way."""
    in_base64 = base64_lines(text.replace("\n", "\r\n").encode())
    return min(len(in_base64), len(quoted_printable(text)))


def quoted_printable(text: str) -> bytes:
    """Cleaned text in quoted-printable, to stand at the start of a line (RFC 2045 §6.7)."""
    return "\r\n".join([_quoted_line(line) for line in text.split("\n")]).encode("ascii")


def _quoted_line(line: str) -> str:
    encoded = "".join([_QP[byte] for byte in line.encode()])
    if encoded[-1:] in (" ", "\t"):  # a trailing space would be lost on the way
        encoded = f"{encoded[:-1]}={ord(encoded[-1]):02X}"
    return soft_broken(encoded)


def soft_broken(encoded: str) -> str:
    """One encoded line in lines of ≤ 75 and the `=` of the soft break."""
    pieces: list[str] = []
    at, end = 0, len(encoded)
    while True:
        piece = encoded[at : at + _CUT]
        at += len(piece)
        if piece.startswith((".", "From ")):
            piece = f"={ord(piece[0]):02X}{piece[1:]}"
        if at >= end and len(piece) <= _CUT:
            return "=\r\n".join([*pieces, piece]) if pieces else piece
        # Neither "=" nor "=E" may end a piece: the three characters stay together.
        escape = piece.find("=", _CUT - 2, _CUT)
        cut = _CUT if escape < 0 else escape
        pieces.append(piece[:cut])
        at -= len(piece) - cut


def base64_lines(content: bytes) -> bytes:
    """Base64 in lines of 76, each with its CRLF (RFC 2045 §6.8)."""
    encoded = b2a_base64(content, newline=False)
    if len(encoded) <= MAX_ENCODED:
        return encoded + b"\r\n" if encoded else b""
    return b"".join(
        [encoded[at : at + MAX_ENCODED] + b"\r\n" for at in range(0, len(encoded), MAX_ENCODED)]
    )


def part_head(subtype: Literal["plain", "html"], encoding: Encoding) -> bytes:
    """The header of a text part, with the empty line after it."""
    kind = f"Content-Type: text/{subtype}; charset=utf-8\r\n"
    return f"{kind}Content-Transfer-Encoding: {encoding}\r\n\r\n".encode("ascii")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A picture that the HTML shows: its Content-ID without angle brackets, its type, its bytes."""

    content_id: str
    media_type: str
    content: bytes


def enclosed_part(enclosed: Enclosed) -> bytes:
    """A picture with its header (RFC 2387, RFC 2392), always in base64.

    Raises ValueError for what is no picture, and for a Content-ID that is not plain.
    """
    kind, cid = enclosed.media_type, enclosed.content_id
    if not _MEDIA_TYPE.fullmatch(kind) or not kind.startswith("image/"):
        raise ValueError(f"{kind!r} is no picture")
    if not _CONTENT_ID.fullmatch(cid):
        raise ValueError(f"{cid!r} is no Content-ID")
    name = cid.partition("@")[0]
    head = (
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{cid}>\r\n"
        f'Content-Disposition: inline;\r\n filename="{name}"'
    )
    return f"{head}\r\n\r\n".encode("ascii") + base64_lines(enclosed.content)


def attachment_part(attachment: Attachment) -> bytes:
    """An attachment with its header, always in base64.

    Its name is quoted ASCII, or encoded by RFC 2231 §4, and keeps its last 100 characters. Raises
    ValueError for a media type that is none, or that base64 may not carry.
    """
    media_type = attachment.media_type
    if not _MEDIA_TYPE.fullmatch(media_type) or media_type.startswith(("message/", "multipart/")):
        raise ValueError(f"{media_type!r} cannot be attached")
    name = clean_header_text(attachment.filename)[-100:].strip() or "attachment"
    plain = re.fullmatch(r"[ !#-\[\]-~]+", name)  # RFC 2231's form is for all others
    filename = f'filename="{name}"' if plain else f"filename*=utf-8''{quote(name, safe='')}"
    head = (
        f"Content-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {filename}"
    )
    return f"{head}\r\n\r\n".encode("ascii") + base64_lines(attachment.content)
