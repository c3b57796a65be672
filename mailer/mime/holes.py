"""What differs from one recipient to the next, and how it is written where it stands (pure).

Where a hole stands decides how its value is written:

    Place        a value written by itself: an address, a URL, a date, quoted-printable text
    Field        a header field encoded anew as a whole: its encoded-words depend on each other
    Base64Part   a base64 part: what follows a value shifts by the value's length
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Literal
from urllib.parse import quote

from mailer.errors import N_, Refused
from mailer.mime.addresses import ascii_address
from mailer.mime.bodies import MAX_ENCODED, base64_lines, clean_body, quoted_printable, soft_broken
from mailer.mime.headers import HeaderValue, Mailbox, clean_header_text, header_field
from mailer.mime.markers import Template

#: A value that means nothing anywhere, as a header and as a body hold it (`written_plainly`).
Written = tuple[bytes, bytes]
Values = Mapping[str, str | Written]
Context = Literal["address", "angle", "token", "text", "html"]

#: A recipient's value in free header text is cut here, a structured one refused.
MAX_TEXT, MAX_STRUCTURED = 200, 400
#: What a value is taken to be long, before it is known, in bytes.
_GUESS = 40
#: What a line of quoted-printable holds before the `=` of its soft break.
_WIDTH = MAX_ENCODED - 1
_SOFT_BREAK = b"=\r\n"

_OVERRIDES = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# What quoted-printable, and HTML, leave as it is: nearly every value, at a tenth of the price.
_PLAIN_TEXT = re.compile(r"[!-<>-~](?:[ -<>-~]*[!-<>-~])?")
_PLAIN_HTML = re.compile(r"[!#-%(-;?-~](?:[ !#-%(-;?-~]*[!#-%(-;?-~])?")
_PLAIN_TOKEN = re.compile(r"[!-~](?:[ -~]*[!-~])?")
# What no place changes, neither a header nor a body, however it is encoded.
_PLAIN_EVERYWHERE = re.compile(r"[A-Za-z0-9:/@_+~-][A-Za-z0-9:/@_+~.-]*").fullmatch
_PLAIN_ANGLE = re.compile(r"[!-;=?-~]+")


def clean_value(value: str) -> str:
    """A recipient's value for a body: as `clean_body`, and without bidirectional overrides.

    A name holding U+202E would turn round the rest of its line.
    """
    return _OVERRIDES.sub("", clean_body(value))


# --- A value by itself ---------------------------------------------------------------------


def _in_text(value: str) -> bytes:
    if _PLAIN_TEXT.fullmatch(value):
        return soft_broken(value).encode("ascii")
    return quoted_printable(clean_value(value))


def _in_html(value: str) -> bytes:
    if _PLAIN_HTML.fullmatch(value):
        return soft_broken(value).encode("ascii")
    return quoted_printable(escape(clean_value(value)))


def _as_address(value: str) -> bytes:
    return ascii_address(value).encode("ascii")


def _in_angle(value: str) -> bytes:
    """Between `<` and `>`: what a URL may not hold is percent-encoded."""
    if not _PLAIN_ANGLE.fullmatch(value):
        value = quote(clean_header_text(value), safe="!#$%&'()*+,-./:;=?@[]_~")
    return _short(value)


def _as_token(value: str) -> bytes:
    if not _PLAIN_TOKEN.fullmatch(value):
        value = re.sub(r"[^ -~]", "", clean_header_text(value)).strip()
    return _short(value)


def _short(value: str) -> bytes:
    if len(value) > MAX_STRUCTURED:
        raise Refused(
            N_("A recipient's value for a mail header is too long (%(length)s characters)."),
            length=len(value),
        )
    return value.encode("ascii")


def written_plainly(value: str) -> Written | None:
    """A value that means nothing anywhere, as a header and as a body hold it; None for others.

    Most values are links and addresses: looked at once for all the holes they fill, a message is
    joined in half the time.
    """
    if len(value) > MAX_TEXT or not _PLAIN_EVERYWHERE(value):
        return None
    written = value.encode("ascii")
    return written, written if len(value) <= _WIDTH else soft_broken(value).encode("ascii")


def plain_writer(prefix: str, length: int) -> Callable[[bytes], str | Written]:
    """Writes values that are this prefix and `length` letters, digits, `-` and `_`, unlooked at.

    A link differs from the next by its token alone, which its maker knows to be plain.
    """
    head, whole, first = prefix.encode(), len(prefix) + length, _WIDTH - len(prefix)
    if written_plainly(prefix + "A" * length) is None:
        return lambda token: prefix + token.decode("ascii")
    if whole <= _WIDTH:
        return lambda token: (value := head + token, value)
    if first >= 0 and whole <= 2 * _WIDTH:
        return lambda token: (head + token, head + token[:first] + _SOFT_BREAK + token[first:])
    return lambda token: (
        value := head + token,
        soft_broken(value.decode("ascii")).encode("ascii"),
    )


_WRITERS: dict[Context, Callable[[str], bytes]] = {
    "address": _as_address,
    "angle": _in_angle,
    "token": _as_token,
    "text": _in_text,
    "html": _in_html,
}


@dataclass(frozen=True, slots=True)
class Place:
    """A hole written by itself, with no regard to what stands around it."""

    name: str
    context: Context
    in_body: bool = field(init=False, repr=False, compare=False)
    _write: Callable[[str], bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_write", _WRITERS[self.context])
        object.__setattr__(self, "in_body", self.context in {"text", "html"})

    @property
    def names(self) -> tuple[str, ...]:
        """The values it takes."""
        return (self.name,)

    @property
    def size(self) -> int:
        """About how many bytes it makes."""
        return _GUESS

    def fill(self, values: Values) -> bytes:
        """The value, encoded. Raises KeyError, BadAddress, Refused."""
        value = values[self.name]
        return self._write(value) if isinstance(value, str) else value[self.in_body]


# --- A header field as a whole -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """A text field, or a mailbox field when `address` is given, with holes in it."""

    field_name: str
    text: Template
    address: Template | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The values it takes."""
        return self.text[1::2] + (self.address or ())[1::2]

    @property
    def size(self) -> int:
        """About how many bytes it makes."""
        return len(self.field_name) + _GUESS * (1 + len(self.names))

    def fill(self, values: Values) -> bytes:
        """The whole field with its CRLF. Raises KeyError, BadAddress."""
        text = _joined(self.text, {name: _cut(_read(values[name])) for name in self.text[1::2]})
        value: HeaderValue = text
        if self.address is not None:
            value = Mailbox(text, _joined(self.address, values))
        return header_field(self.field_name, value)


def _cut(value: str) -> str:
    return value if len(value) <= MAX_TEXT else clean_header_text(value)[:MAX_TEXT]


def _joined(template: Template, values: Values) -> str:
    pieces = list(template)
    pieces[1::2] = [_read(values[name]) for name in template[1::2]]
    return "".join(pieces)


def _read(value: str | Written) -> str:
    return value if isinstance(value, str) else value[0].decode("ascii")


# --- A base64 part -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Base64Part:
    """A base64 part with holes.

    Base64 turns three bytes into four characters, so a value moves all that follows by its
    length. Padding values with spaces would keep the step and change what is read (`Amina  ,`);
    instead each stretch of text after a hole is encoded once for each of the three steps, and
    the length of the value chooses among them: exact, at three times the memory of that part.
    Only the value and the two bytes at most on either side of it are encoded per recipient.
    """

    template: Template
    context: Literal["text", "html"]
    _start: bytes = field(init=False, repr=False, compare=False)
    _carry: bytes = field(init=False, repr=False, compare=False)
    _steps: tuple[tuple[str, "_Steps"], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        first, *later = [_wire(piece) for piece in self.template[::2]]
        _, start, carry = _step(first, 0)
        object.__setattr__(self, "_start", start)
        object.__setattr__(self, "_carry", carry)
        steps = [(_step(text, 0), _step(text, 1), _step(text, 2)) for text in later]
        object.__setattr__(self, "_steps", tuple(zip(self.names, steps, strict=True)))

    @property
    def names(self) -> tuple[str, ...]:
        """The values it takes."""
        return self.template[1::2]

    @property
    def size(self) -> int:
        """About how many bytes it makes."""
        return len(self._start) + sum(len(a[1]) + 2 * _GUESS for _, (a, _, _) in self._steps)

    def fill(self, values: Values) -> bytes:
        """The part's body, encoded. Raises KeyError."""
        made, window = [self._start], self._carry
        for name, steps in self._steps:
            value = values[name]
            window += value[0] if isinstance(value, tuple) else self._written(value)
            head, body, tail = steps[-len(window) % 3]
            window += head
            if not len(window) % 3:  # else the text was too short, and the next hole joins in
                made += (base64_lines(window), body)
                window = tail
        made.append(base64_lines(window))
        return b"".join(made)

    def _written(self, value: str) -> bytes:
        if _PLAIN_HTML.fullmatch(value):
            return value.encode("ascii")
        value = clean_value(value)
        return _wire(escape(value) if self.context == "html" else value)


#: The bytes that complete the window before, whole lines, the bytes left for the next window.
_Step = tuple[bytes, bytes, bytes]
_Steps = tuple[_Step, _Step, _Step]


def _step(text: bytes, missing: int) -> _Step:
    end = max(len(text) - (len(text) - missing) % 3, missing)
    return text[:missing], base64_lines(text[missing:end]), text[end:]


def _wire(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


Hole = Place | Field | Base64Part
