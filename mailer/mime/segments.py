"""A message compiled once, then joined for each recipient (pure).

Compiling encodes everything that is the same for all; what is left for each recipient is to
write some values and join a list of bytes. Measured on two cores, Python 3.11, 20 kB and six
holes, three of them URLs of 80 characters: 7 µs in quoted-printable, 11 µs in base64; a `To` with
a name adds 4 µs. Compiling takes 2 ms, loading what was stored 0.1 ms.

No line of a message can begin with a dot: header lines begin with a name or a space, encoded
lines never do (see `bodies`). So the bytes for DATA and those of an `.eml` file are the same
bytes, and dot-stuffing (RFC 5321 §4.5.2) has nothing to do, whatever the values.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mailer.mime.bodies import (
    Attachment,
    Enclosed,
    attachment_part,
    clean_body,
    enclosed_part,
)
from mailer.mime.headers import HeaderValue
from mailer.mime.holes import Base64Part, Field, Hole, Place, Values, written_plainly
from mailer.mime.markers import Template, marker, split
from mailer.mime.pieces import Piece, header_pieces, part_pieces

__all__ = ["Compiled", "MissingValue", "compile_message", "marker"]

_FORMAT = 1
_OURS = frozenset({"mime-version", "content-type", "content-transfer-encoding"})
#: Fields that software reads: as free text they could be turned into encoded-words.
_NEVER_TEXT = frozenset(
    {"from", "to", "reply-to", "sender", "date", "message-id", "list-id", "feedback-id"}
    | {"list-unsubscribe", "list-unsubscribe-post"}
)


class MissingValue(KeyError):
    """A hole of the message has no value."""

    def __str__(self) -> str:
        return f"the message has a hole {self.args[0]!r} and no value for it"


@dataclass(frozen=True)
class Compiled:
    """A message ready to be joined: `segments[0] holes[0] segments[1] holes[1] … segments[-1]`."""

    segments: tuple[bytes, ...]
    holes: tuple[Hole, ...]
    _pieces: list[Any] = field(init=False, repr=False, compare=False)
    _places: tuple[tuple[str, tuple[tuple[int, Place], ...]], ...] = field(
        init=False, repr=False, compare=False
    )
    _wide: tuple[tuple[int, Hole], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pieces: list[bytes] = [b""] * (len(self.segments) + len(self.holes))
        pieces[::2] = self.segments
        object.__setattr__(self, "_pieces", pieces)
        places: dict[str, list[tuple[int, Place]]] = {}
        wide = []
        for at, hole in zip(range(1, len(pieces), 2), self.holes, strict=True):
            if isinstance(hole, Place):
                places.setdefault(hole.name, []).append((at, hole))
            else:
                wide.append((at, hole))
        by_name = tuple((name, tuple(holes)) for name, holes in places.items())
        object.__setattr__(self, "_places", by_name)
        object.__setattr__(self, "_wide", tuple(wide))

    @property
    def names(self) -> frozenset[str]:
        """The values every recipient must bring."""
        return frozenset(name for hole in self.holes for name in hole.names)

    @property
    def size(self) -> int:
        """About how many bytes a recipient's message has (SMTP's SIZE, RFC 1870)."""
        return sum(map(len, self.segments)) + sum(hole.size for hole in self.holes)

    def check(self, names: Iterable[str]) -> None:
        """Raise MissingValue unless `names` fill every hole: once per group, before the wire."""
        for missing in sorted(self.names.difference(names)):
            raise MissingValue(missing)

    def join(self, values: Values) -> bytes:
        """One recipient's message for DATA: CRLF line ends, dots safe, without the final dot.

        Values are cleaned for where they stand. Raises MissingValue; BadAddress or Refused for a
        value that cannot be used in a header, which concerns this recipient only.
        """
        return b"".join(self.filled(values))

    def filled(self, values: Values) -> list[bytes]:
        """The pieces of that message: segments at even places, values at odd ones."""
        pieces: list[bytes] = self._pieces.copy()
        try:
            for name, places in self._places:
                value = values[name]
                plain = value if isinstance(value, tuple) else written_plainly(value)
                if plain is None:
                    for at, place in places:
                        pieces[at] = place.fill(values)
                else:
                    for at, place in places:
                        pieces[at] = plain[place.in_body]
            for at, hole in self._wide:
                pieces[at] = hole.fill(values)
        except KeyError as missing:
            raise MissingValue(missing.args[0]) from None
        return pieces

    def bound(self, values: Values) -> "Compiled":
        """The same with the values filled in that a group has in common, where they stand alone."""
        items: list[Piece] = [self.segments[0]]
        for hole, segment in zip(self.holes, self.segments[1:], strict=True):
            items += (hole if set(hole.names) - values.keys() else hole.fill(values), segment)
        return _compiled(items)

    def eml(self, values: Values) -> bytes:
        """The same message for an `.eml` file: the same bytes, since no line begins with a dot."""
        return self.join(values)

    def to_bytes(self) -> bytes:
        """JSON, to be stored with the edition; a worker reads it with `from_bytes`."""
        stored = {
            "format": _FORMAT,
            "segments": [segment.decode("ascii") for segment in self.segments],
            "holes": [_stored(hole) for hole in self.holes],
        }
        return json.dumps(stored, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Compiled":
        """What `to_bytes` wrote. Raises ValueError for another format."""
        told = json.loads(stored)
        if not isinstance(told, dict) or told.get("format") != _FORMAT:
            raise ValueError("not a compiled message of this format")
        segments = tuple(segment.encode("ascii") for segment in told["segments"])
        return cls(segments, tuple(_restored(*hole) for hole in told["holes"]))


def _stored(hole: Hole) -> list[Any]:
    match hole:
        case Place(name, context):
            return ["place", name, context]
        case Field(name, text, address):
            return ["field", name, text, address]
        case Base64Part(template, context):
            return ["base64", template, context]


def _restored(kind: str, *told: Any) -> Hole:
    if kind == "place":
        return Place(*told)
    if kind == "field":
        name, text, address = told
        return Field(name, tuple(text), None if address is None else tuple(address))
    template, context = told
    return Base64Part(tuple(template), context)


def compile_message(
    headers: Sequence[tuple[str, HeaderValue]],
    text: str,
    html: str,
    *,
    nonce: str,
    attachments: Sequence[Attachment] = (),
    enclosed: Sequence[Enclosed] = (),
) -> Compiled:
    """A `multipart/alternative` message, text first, HTML last, with the holes of `nonce`.

    Pictures that the HTML shows are `enclosed` with it, in a `multipart/related` (RFC 2387);
    attachments stand beside all of it, in a `multipart/mixed`.
    MIME-Version and Content-Type are added. The same content makes the same bytes, whatever the
    nonce: the boundary is drawn from the content. Raises BadAddress, Refused; ValueError for a
    field given twice or as free text where software reads it, and for a damaged marker.
    """
    _check_fields([name.lower() for name, _ in headers], [value for _, value in headers])
    plain, rich = split(clean_body(text), nonce), split(clean_body(html), nonce)
    shown = [enclosed_part(picture) for picture in enclosed]
    beside = [attachment_part(attachment) for attachment in attachments]
    alternative, mixed, related = _boundaries(plain, rich, beside, shown)
    items: list[Piece] = []
    for name, value in headers:
        items += header_pieces(name, value, nonce)
    items.append(b"MIME-Version: 1.0\r\n")
    if beside:
        items.append(_multipart("mixed", mixed) + b"\r\n--%b\r\n" % mixed)
    items.append(_multipart("alternative", alternative))
    items += [b"\r\n--%b\r\n" % alternative, *part_pieces(plain, "plain")]
    items.append(b"\r\n--%b\r\n" % alternative)
    items += _related(part_pieces(rich, "html"), shown, related)
    items.append(b"\r\n--%b--\r\n" % alternative)
    items += [b"\r\n--%b\r\n%b" % (mixed, part) for part in beside]
    return _compiled([*items, b"\r\n--%b--\r\n" % mixed] if beside else items)


def _related(html: list[Piece], shown: list[bytes], boundary: bytes) -> list[Piece]:
    """The HTML part, with the pictures it shows behind it where there are any."""
    if not shown:
        return html
    # RFC 2387 §3.1: the type of the part that is shown first.
    head = _multipart("related", boundary, ' type="text/html";') + b"\r\n--%b\r\n" % boundary
    behind = [b"\r\n--%b\r\n%b" % (boundary, part) for part in shown]
    return [head, *html, *behind, b"\r\n--%b--\r\n" % boundary]


def _check_fields(names: list[str], values: list[HeaderValue]) -> None:
    for place, (name, value) in enumerate(zip(names, values, strict=True)):
        if name in _OURS or name in names[:place]:
            raise ValueError(f"{name} stands once in a message")
        if name in _NEVER_TEXT and isinstance(value, str):
            raise ValueError(f"{name} is not free text")


def _boundaries(
    plain: Template, rich: Template, beside: list[bytes], shown: list[bytes]
) -> tuple[bytes, bytes, bytes]:
    """Three boundaries that no part holds: `=_` comes in neither encoding (RFC 2045 §6.7)."""
    told = json.dumps([plain, rich]).encode() + b"".join(beside) + b"".join(shown)
    digest = hashlib.sha256(told).hexdigest().encode("ascii")
    # None may begin as another does (RFC 2046 §5.1.2).
    return b"=_" + digest[:32], b"=_" + digest[32:], b"=_r" + digest[:32]


def _multipart(subtype: str, boundary: bytes, parameter: str = "") -> bytes:
    head = f'Content-Type: multipart/{subtype};{parameter}\r\n boundary="{boundary.decode()}"\r\n'
    return head.encode("ascii")


def _compiled(items: list[Piece]) -> Compiled:
    segments, holes, run = [], [], b""
    for item in items:
        if isinstance(item, bytes):
            run += item
        else:
            segments.append(run)
            holes.append(item)
            run = b""
    return Compiled((*segments, run), tuple(holes))
