"""The caught mails, read (an edge: the folder; no Django)."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from mailer.catcher.store import CaughtEnvelope, numbers
from mailer.errors import N_, NotFound

#: How many mails a page of the inbox shows.
PAGE = 50
# The headers of a mail end long before this; a list need not read the rest.
_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class CaughtMail:
    """A mail as the inbox lists it; `size` in octets, `date` when it was caught."""

    number: int
    sender: str
    recipients: tuple[str, ...]
    subject: str
    date: datetime
    size: int


@dataclass(frozen=True, slots=True)
class CaughtParts:
    """A mail taken apart: its headers decoded, in order, and its two bodies (empty: none)."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


def count_mails(folder: Path) -> int:
    """How many mails are in the folder."""
    return len(numbers(folder))


def list_mails(folder: Path, page: int = 1, per_page: int = PAGE) -> list[CaughtMail]:
    """A page of the inbox, newest first; pages count from 1, and one past the end is empty."""
    newest_first = numbers(folder)[::-1]
    start = max(0, page - 1) * per_page
    wanted = newest_first[start : start + per_page]
    return [mail for number in wanted if (mail := _listed(folder, number)) is not None]


def read_mail(folder: Path, number: int) -> bytes:
    """The mail, byte for byte as it came. Raises NotFound."""
    try:
        return (folder / f"{number:d}.eml").read_bytes()
    except OSError as error:  # not there, or a number too long for any file's name
        raise NotFound(N_("There is no caught mail %(number)s."), number=number) from error


def parts_of(mail: bytes) -> CaughtParts:
    """Take a mail apart; one that is no sound MIME gives what can be read of it."""
    message = _parsed(mail)
    return CaughtParts(
        headers=tuple((name, _header(message, name, index)) for name, index in _places(message)),
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _listed(folder: Path, number: int) -> CaughtMail | None:
    path = folder / f"{number}.eml"
    try:
        with path.open("rb") as file:
            head, size = file.read(_HEAD), path.stat().st_size
    except FileNotFoundError:
        return None  # the catcher has just made room
    envelope = _envelope(folder, number)
    message = _parsed(head.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    return CaughtMail(
        number=number,
        sender=envelope.sender,
        recipients=tuple(envelope.recipients),
        subject=_header(message, "subject"),
        date=datetime.fromisoformat(envelope.at),
        size=size,
    )


def _envelope(folder: Path, number: int) -> CaughtEnvelope:
    try:
        return CaughtEnvelope(**json.loads((folder / f"{number}.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        # Removed by hand, or by the catcher between two readings.
        return CaughtEnvelope("", [], datetime.fromtimestamp(0, UTC).isoformat())


def _parsed(mail: bytes) -> EmailMessage:
    return message_from_bytes(mail, policy=policy.default)


def _places(message: EmailMessage) -> list[tuple[str, int]]:
    seen: dict[str, int] = {}
    places = []
    for name in message:
        index = seen.get(name.lower(), 0)
        places.append((name, index))
        seen[name.lower()] = index + 1
    return places


def _header(message: EmailMessage, name: str, index: int = 0) -> str:
    # The parser of structured headers fails on some that a broken mail may hold.
    try:
        values = message.get_all(name, [])
        return str(values[index]) if index < len(values) else ""
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):
        return ""


def _body(message: EmailMessage, kind: str) -> str:
    try:
        part = message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""
    except (ValueError, AttributeError, LookupError, TypeError):
        return ""
