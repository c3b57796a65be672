"""What the ledger keeps of a delivery, told to people: a server's words, and their sense (pure)."""

import re
from dataclasses import dataclass

from mailer.errors import StoredSentence
from mailer.mailings.refusals import kind_of
from mailer.mailings.retry import WITHOUT_MARKS, Kind, read

_OURS = frozenset([WITHOUT_MARKS, *(kind.value for kind in Kind)])
_ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;:]+")


@dataclass(frozen=True, slots=True)
class Said:
    """`code` and `text` are the server's own, `meaning` what they mean, to be translated."""

    code: int | None
    text: str
    meaning: StoredSentence | None


def said(state: str, code: int | None, line: str) -> Said:
    """What a delivery's row, or an event, in `state` tells; `line` is its smtp_text."""
    if state == "uncertain":
        # Nothing was answered: a code that stands beside it is that of an earlier attempt.
        ours = line in _OURS
        return Said(None, "" if ours else line, _sentence(line if ours else Kind.UNKNOWN.value))
    if state == "queued":
        return Said(code, line, _sentence(Kind.LINE_LOST.value) if line and code is None else None)
    if code is None:
        # No server was asked: the words are ours.
        return Said(None, "", _sentence(line) if line else None)
    return Said(code, line, _meant(state, code, line))


def without_addresses(line: str) -> str:
    """A server's words, for people who are erased: servers repeat the address they refuse."""
    return _ADDRESS.sub("…", line)


def _meant(state: str, code: int, line: str) -> StoredSentence | None:
    if state == "refused":
        return _sentence(kind_of(code, line).value)
    if state not in {"sent", "deferred"}:
        # A last word from before it was stopped: that it would be sent again is no longer so.
        return None
    return _sentence(read(code, line).value)


def _sentence(message: str) -> StoredSentence:
    return {"id": message, "values": {}}
