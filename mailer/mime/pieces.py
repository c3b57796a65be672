"""What a header field or a body part is made of: bytes that are settled, and holes (pure)."""

from typing import Literal

from mailer.mime.bodies import better_encoding, part_head, quoted_printable
from mailer.mime.headers import HeaderValue, ListId, Mailbox, Structured, header_field
from mailer.mime.holes import MAX_STRUCTURED, Base64Part, Field, Hole, Place
from mailer.mime.markers import Template, split

Piece = bytes | Hole


def header_pieces(name: str, value: HeaderValue, nonce: str) -> list[Piece]:
    """A field's bytes and holes; one without holes is settled here."""
    header_field(name, "")  # the name is checked now, not for each recipient
    match value:
        case Structured(parts):
            return _structured(name, [split(part, nonce) for part in parts])
        case Mailbox(display, address):
            text, target = split(display, nonce), split(address, nonce)
            if text == ("",) and len(target) == 3 and target[::2] == ("", ""):
                return [f"{name}: ".encode("ascii"), Place(target[1], "address"), b"\r\n"]
            if len(target) == 1:
                header_field(name, Mailbox("", address))  # and so is an address of ours
            if len(text) > 1 or len(target) > 1:
                return [Field(name, text, target)]
        case str():
            text = split(value, nonce)
            if len(text) > 1:
                return [Field(name, text)]
        case ListId(display, identifier):
            if len(split(display + identifier, nonce)) > 1:
                raise ValueError(f"{name} is the same for all recipients")
    return [header_field(name, value)]


def _structured(name: str, parts: list[Template]) -> list[Piece]:
    widest = ["".join(_filled(part, "x" * MAX_STRUCTURED)) for part in parts]
    header_field(name, Structured(tuple(widest)))
    items: list[Piece] = [f"{name}: ".encode("ascii")]
    for place, part in enumerate(parts):
        items.append(b",\r\n " if place else b"")
        for at, piece in enumerate(part):
            if at % 2:
                before = "".join(part[:at:2])
                open_angle = before.rfind("<") > before.rfind(">")
                items.append(Place(piece, "angle" if open_angle else "token"))
            else:
                items.append(piece.encode("ascii"))
    return [*items, b"\r\n"]


def _filled(template: Template, value: str) -> list[str]:
    return [value if at % 2 else piece for at, piece in enumerate(template)]


def part_pieces(template: Template, subtype: Literal["plain", "html"]) -> list[Piece]:
    """A text part, its head included."""
    context: Literal["text", "html"] = "text" if subtype == "plain" else "html"
    encoding = better_encoding("".join(template[::2]))
    head = part_head(subtype, encoding)
    if encoding == "base64":
        return [head, Base64Part(template, context)]
    items: list[Piece] = [head]
    for at, piece in enumerate(template):
        if at % 2:
            items.append(Place(piece, context))
        else:
            items.append(_quoted_between(piece, at == 0, at == len(template) - 1))
    return items


def _quoted_between(piece: str, first: bool, last: bool) -> bytes:
    """Text between two holes: soft breaks give each value lines of its own.

    So neither the text nor the value needs to know how long the other is.
    """
    encoded = quoted_printable(piece)
    if not first and not piece.startswith("\n") and not (last and not piece):
        encoded = b"=\r\n" + encoded
    if not last and encoded and not encoded.endswith(b"\n"):
        encoded += b"=\r\n"
    return encoded
