"""Replies of an SMTP server, read as they come (pure).

RFC 5321 section 4.2 gives their grammar, RFC 2034 and RFC 3463 the enhanced code at their head.
"""

import re
from functools import lru_cache
from typing import NamedTuple

#: RFC 5321 section 4.5.3.1.5 allows 512 octets a line; servers in the wild send a little more.
LINE_LIMIT = 8 * 1024
REPLY_LIMIT = 64 * 1024

_LINE = re.compile(rb"([0-9]{3})(?:([ -])(.*))?", re.DOTALL)
#: An enhanced code (RFC 3463 section 2) at the head of a text.
ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: +|$)")


class ProtocolError(Exception):
    """The server sent something that is no SMTP, or not what the dialogue allows there."""


class Reply(NamedTuple):
    """One reply: `code` 000-999, `enhanced` such as `5.1.1` or empty, `text` with a line each.

    `text` holds printable characters and newlines only: it is stored and shown as it is. A named
    tuple: each mail makes one, and a frozen dataclass takes three times as long to make.
    """

    code: int
    enhanced: str
    text: str

    @property
    def line(self) -> str:
        """The whole reply on one line, at most 500 characters, as the ledger keeps it."""
        return " ".join(self.text.split())[:500]


class ReplyParser:
    """Turns bytes, split anywhere, into replies.

    A line may end with a bare LF: between a server and its client that can smuggle nothing, and
    such a relay is still understood. Raises ProtocolError for a line over `LINE_LIMIT`, a reply
    over `REPLY_LIMIT`, a line without a code, or one reply with two codes.
    """

    __slots__ = ("_lines", "_size", "_tail")

    def __init__(self) -> None:
        self._tail = b""
        self._lines: list[bytes] = []
        self._size = 0

    @property
    def unfinished(self) -> bool:
        """Whether part of a reply has been read and the rest has not."""
        return bool(self._tail or self._lines)

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that `data` completes, in order."""
        if not (self._tail or self._lines) and data[-1:] == b"\n":
            # Nearly always: whole lines, the first of them with a number that no other has.
            first, _, rest = data.partition(b"\n")
            if first[3:4] != b"-" and (known := _batch(rest)) is not None:
                return [_single(first), *known]
        *lines, tail = (self._tail + data).split(b"\n")
        if len(tail) > LINE_LIMIT:
            raise ProtocolError("a reply line over 8 kB")
        self._tail = tail
        replies: list[Reply] = []
        for line in lines:
            if self._lines or line[3:4] == b"-":
                self._gather(line, replies)
            else:
                replies.append(_single(line))
        return replies

    def _gather(self, line: bytes, replies: list[Reply]) -> None:
        self._lines.append(line)
        self._size += len(line)
        if self._size > REPLY_LIMIT:
            raise ProtocolError("a reply over 64 kB")
        if line[3:4] != b"-":
            replies.append(_reply(self._lines))
            self._lines, self._size = [], 0


# A relay repeats itself: of the four replies to a message three are the same line each time,
# and a hit costs a tenth of the parsing.
@lru_cache(maxsize=64)
def _single(line: bytes) -> Reply:
    return _reply([line])


# And they come together. A long chunk is not kept.
@lru_cache(maxsize=64)
def _batch(lines: bytes) -> tuple[Reply, ...] | None:
    """The replies of whole lines; None for what must be read line by line."""
    each = lines.split(b"\n")[:-1]
    if len(lines) > LINE_LIMIT or any(line[3:4] == b"-" for line in each):
        return None
    return tuple(map(_single, each))


def _reply(lines: list[bytes]) -> Reply:
    codes, texts = zip(*map(_split, lines), strict=True)
    if len(set(codes)) > 1:
        raise ProtocolError("one reply with two codes")
    code: int = codes[0]
    enhanced = ""
    if (found := ENHANCED.match(texts[-1])) and found[1][0] == str(code)[0]:
        enhanced = found[1]
        texts = tuple(_without(enhanced, text) for text in texts)
    return Reply(code, enhanced, "\n".join(texts))


def _split(line: bytes) -> tuple[int, str]:
    if len(line) > LINE_LIMIT:
        raise ProtocolError("a reply line over 8 kB")
    found = _LINE.fullmatch(line.rstrip(b"\r"))
    if found is None:
        raise ProtocolError("a line without a reply code")
    return int(found[1]), _printable((found[3] or b"").decode("utf-8", "replace"))


def _printable(text: str) -> str:
    # Controls, NUL and direction overrides would travel to the database and the desk.
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def _without(enhanced: str, text: str) -> str:
    return text.removeprefix(enhanced).lstrip(" ") if text.startswith(enhanced) else text
