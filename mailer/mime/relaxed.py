"""The form under which a message is signed: DKIM's `relaxed` (RFC 6376 §3.4.2, §3.4.4) (pure).

White space is what transports change, so signer and verifier both reduce it first. Most of a
message is the same for all, and so is most of its reduced form: it is made once. A text may be cut
where neither of the two characters beside the cut is white space or a line end: what is on one side
then changes nothing on the other.

    constant │ hole │ constant      middle ┊ window ┊ middle
                                       reduced once ┊ for each recipient, a few bytes round a value
"""

import hashlib
import re
from collections.abc import Sequence

#: A piece of a text: bytes, or the place of a hole's value among the pieces of a message.
Item = bytes | int

_CUT = re.compile(rb"[^ \t\r\n](?=[^ \t\r\n])")
_BEFORE_LINE_END = re.compile(rb"[ \t]+(?=\r\n|\Z)")
_RUN = re.compile(rb"[ \t]+")
_EMPTY_LINES = re.compile(rb"(?:\r\n)*\Z")


def relaxed_field(raw: bytes) -> bytes:
    """A header field with its CRLF: lower-case name, one line, single spaces."""
    name, _, value = raw.partition(b":")
    return name.strip().lower() + b":" + b" ".join(value.split()) + b"\r\n"


def relaxed_body(raw: bytes) -> bytes:
    """A whole body: single spaces, none at a line's end, no empty lines at the end."""
    text = _EMPTY_LINES.sub(b"", _without_runs(raw))
    return text + b"\r\n" if text else b""


def _without_runs(text: bytes) -> bytes:
    # Base64 has no spaces, and is most of an Arabic message.
    if b" " not in text and b"\t" not in text:
        return text
    return _RUN.sub(b" ", _BEFORE_LINE_END.sub(b"", text))


class RelaxedBody:
    """The body of a message with holes; `hash` is what DKIM calls the body hash.

    `pieces` is the body, text and places by turns.
    """

    def __init__(self, pieces: Sequence[Item]) -> None:
        self._begun = hashlib.sha256()
        self._steps: list[tuple[tuple[Item, ...], bytes]] = []
        window: list[Item] = []
        for number, piece in enumerate(pieces):
            cuts = _cuts(piece, first=number == 0) if isinstance(piece, bytes) else None
            if cuts is None:
                window.append(piece)
                continue
            head, middle, tail = cuts
            self._add((*window, head), middle)
            window = [tail]
        self._end = tuple(window)

    def hash(self, filled: Sequence[bytes]) -> bytes:
        """SHA-256 of the relaxed body; `filled` are all pieces of the message, by their place."""
        digest = self._begun.copy()
        for window, middle in self._steps:
            digest.update(_without_runs(joined(window, filled)))
            digest.update(middle)
        digest.update(relaxed_body(joined(self._end, filled)))
        return digest.digest()

    def _add(self, window: tuple[Item, ...], middle: bytes) -> None:
        if not self._steps and window == (b"",):
            self._begun.update(middle)  # nothing differs before this
        else:
            self._steps.append((window, middle))


def joined(items: Sequence[Item], filled: Sequence[bytes]) -> bytes:
    """The items with the values that `filled` has at their places."""
    return b"".join([item if isinstance(item, bytes) else filled[item] for item in items])


def _cuts(text: bytes, *, first: bool) -> tuple[bytes, bytes, bytes] | None:
    """Head, reduced middle, tail; None where the text cannot be cut."""
    found = _CUT.search(text)
    if found is None:
        return None
    end = next(at for at in range(len(text) - 1, 0, -1) if _CUT.match(text, at - 1))
    # Before the first text there is nothing that could change it.
    start = 0 if first else found.end()
    return text[:start], _without_runs(text[start:end]), text[end:]
