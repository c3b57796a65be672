"""The bounce box behind IMAP_URL (an edge): its mails are looked at, and moved, never deleted.

The server may hang, close, lie about what it holds or send without end: each call has its time, no
answer may be larger than what was asked for, and what goes wrong is told as a RelayError. A box
that grows while it is read is read by the numbers (UIDs) that it had at the beginning.

    imaps://user:password@host:993/INBOX        TLS; `imap://` speaks in clear, and STARTTLS where
                                                the server offers it
"""

import imaplib
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from mailer.errors import N_, Misconfigured, RelayError
from mailer.receipts.opened import MOST

_T = TypeVar("_T")

#: Seconds for one answer.
PATIENCE = 30.0
#: Seconds for a whole visit, whatever the server does meanwhile: some send a byte now and then.
_VISIT_SECONDS = 120.0
#: RFC 2177: a server may hang up after half an hour, and is asked again before.
IDLE = 25 * 60.0
#: Mails that one visit looks at.
_VISIT = 500
#: Bytes of one answer; a mail's beginning is the largest thing that is ever asked for.
_LARGEST = MOST + 64 * 1024
_UID = re.compile(rb"\d{1,10}")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class BoxAddress:
    """Where the bounce box is; `password` is never shown."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    tls: bool

    def __repr__(self) -> str:
        return f"{'imaps' if self.tls else 'imap'}://{self.user}@{self.host}:{self.port}"


def parse_box(url: str) -> BoxAddress:
    """The box of an IMAP_URL. Raises Misconfigured."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
        raise Misconfigured(
            N_("IMAP_URL is no box: it should look like imaps://user:password@host:993/INBOX.")
        )
    tls = parts.scheme == "imaps"
    return BoxAddress(
        host=parts.hostname,
        port=port or (993 if tls else 143),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        tls=tls,
    )


class _Watched:
    """What an IMAP connection of ours refuses: a line or a literal larger than it asked for."""

    def read(self, size: int) -> bytes:
        """As imaplib's, for a sane size."""
        if size > _LARGEST:
            raise imaplib.IMAP4.abort(f"a literal of {size} bytes was announced")
        return super().read(size)  # type: ignore[misc,no-any-return]  # a mixin of an IMAP4


class _Clear(_Watched, imaplib.IMAP4):
    """In clear, until STARTTLS."""


class _Tls(_Watched, imaplib.IMAP4_SSL):
    """Over TLS from the beginning."""


class Box:
    """A box that is open; a context manager. Raises RelayError from every call."""

    def __init__(
        self, address: BoxAddress, patience: float = PATIENCE, seconds: float = _VISIT_SECONDS
    ) -> None:
        self._address = address
        self._folders: dict[str, str] = {}
        self._imap = self._calling(lambda: _open(address, patience))
        self._end = threading.Timer(seconds, self._cut)
        self._end.daemon = True
        self._end.start()
        try:
            self._calling(
                lambda: _expect(self._imap.login(address.user, address.password)), "LOGIN"
            )
            told = self._calling(lambda: _expect(self._imap.capability()))
            # What it can do once somebody is logged in; imaplib keeps what it said before.
            self._can = frozenset(_words(told).upper().decode("ascii", "replace").split())
            self.select()
        except RelayError:
            self.close()
            raise

    def __enter__(self) -> "Box":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, imaplib.IMAP4.error):
            self._imap.logout()
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._end.cancel()
        with suppress(OSError, imaplib.IMAP4.error):
            self._imap.shutdown()

    def _cut(self) -> None:
        # Whoever waits for an answer hears that the line is gone.
        with suppress(OSError):
            self._imap.sock.shutdown(socket.SHUT_RDWR)

    def select(self) -> None:
        """Look at the box as it is now."""
        folder = _quoted(self._address.folder)
        self._calling(lambda: _expect(self._imap.select(folder)), f"SELECT {folder}")

    def numbers(self) -> list[bytes]:
        """The mails that wait, the oldest first, of a great many the first ones."""
        told = self._calling(lambda: _expect(self._imap.uid("SEARCH", "UNDELETED")))
        return [one for one in _words(told).split() if _UID.fullmatch(one)][:_VISIT]

    def mails(self) -> Iterator[tuple[bytes, bytes]]:
        """Each with its number and its beginning; one that is gone meanwhile is left out."""
        for number in self.numbers():
            if raw := self.fetch(number):
                yield number, raw

    def fetch(self, number: bytes) -> bytes:
        """The beginning of one mail; nothing where it is gone."""
        what = f"(BODY.PEEK[]<0.{MOST}>)"
        told = self._calling(lambda: _expect(self._imap.uid("FETCH", number.decode(), what)))
        found = [one[1] for one in told if isinstance(one, tuple) and len(one) > 1]
        return bytes(found[0]) if found else b""

    def move(self, number: bytes, folder: str) -> None:
        """Into a folder beside the box, which is made where it is missing.

        By MOVE (RFC 6851) where the server knows it; else by a copy, after which the mail in the
        box is marked, and passed over from then on: nothing is ever expunged but by number.
        """
        name = self._folders.get(folder) or self._made(folder)
        uid = number.decode()
        if "MOVE" in self._can:
            self._calling(lambda: _expect(self._imap.uid("MOVE", uid, name)))
            return
        self._calling(lambda: _expect(self._imap.uid("COPY", uid, name)))
        self._calling(lambda: _expect(self._imap.uid("STORE", uid, "+FLAGS", r"(\Deleted \Seen)")))
        if "UIDPLUS" in self._can:
            self._calling(lambda: _expect(self._imap.uid("EXPUNGE", uid)))

    def _made(self, folder: str) -> str:
        name = self._folders[folder] = _quoted(self._beside(folder))
        self._calling(lambda: self._imap.create(name))  # NO: it is there
        return name

    @property
    def idles(self) -> bool:
        """Whether the server can tell by itself that something came (RFC 2177)."""
        return "IDLE" in self._can

    def idle(self, seconds: float) -> bool:
        """Wait until something comes, or so long; whether something did."""
        return self._calling(lambda: self._idle(min(seconds, IDLE)))

    def _idle(self, seconds: float) -> bool:
        imap: Any = self._imap
        tag: bytes = imap._new_tag()  # imaplib has no IDLE before 3.14
        imap.send(tag + b" IDLE\r\n")
        if not imap.readline().startswith(b"+"):
            raise imaplib.IMAP4.abort("IDLE was refused")
        came, until = False, time.monotonic() + seconds
        while not came and (left := until - time.monotonic()) > 0:
            came = self._waits_for_line(left) and b"EXISTS" in imap.readline()
        imap.send(b"DONE\r\n")
        give_up = time.monotonic() + PATIENCE
        while not (line := imap.readline()).startswith(tag):
            came = came or b"EXISTS" in line
            if not line or time.monotonic() > give_up:
                raise imaplib.IMAP4.abort("IDLE did not end")
        return came

    def _waits_for_line(self, seconds: float) -> bool:
        waiting = self._imap.sock
        if isinstance(waiting, ssl.SSLSocket) and waiting.pending():
            return True
        return bool(select.select([waiting], [], [], seconds)[0])

    def _beside(self, folder: str) -> str:
        """`INBOX.done` or `done`, as the server names what lies beside the box."""
        found = self._calling(lambda: _expect(self._imap.list('""', "INBOX")))
        told = next((one for one in found if isinstance(one, bytes)), b"")
        delimiter = re.search(rb'\)\s+"(.)"', told)
        inside = self._address.folder.upper() == "INBOX" and delimiter and self._prefix()
        return f"INBOX{delimiter[1].decode()}{folder}" if inside and delimiter else folder

    def _prefix(self) -> bool:
        """Whether personal folders lie inside the INBOX (RFC 2342)."""
        if "NAMESPACE" not in self._can:
            return False
        told = self._calling(lambda: _expect(self._imap.namespace()))
        return any(isinstance(one, bytes) and one.upper().startswith(b'(("INBOX') for one in told)

    def _calling(self, call: Callable[[], _T], doing: str = "") -> _T:
        """What `call` returns; `doing` is the command that staff should look at."""
        try:
            return call()
        except (OSError, imaplib.IMAP4.error, ValueError, IndexError) as error:
            reason = _without_secret(_said(error), self._address) or type(error).__name__
            raise RelayError(
                N_(
                    "The bounce box at %(host)s cannot be read: %(reason)s. Look at IMAP_URL and at"
                    " the server; the box is visited again by itself."
                ),
                host=f"{self._address.host}:{self._address.port}",
                reason=f"{doing}: {reason}" if doing else reason,
            ) from error


def _open(address: BoxAddress, patience: float) -> imaplib.IMAP4:
    if address.tls:
        return _Tls(
            address.host,
            address.port,
            ssl_context=ssl.create_default_context(),
            timeout=patience,
        )
    imap = _Clear(address.host, address.port, timeout=patience)
    if "STARTTLS" in imap.capabilities:
        imap.starttls(ssl.create_default_context())
    elif address.host not in _LOCAL:
        imap.shutdown()
        raise OSError("it offers no TLS, and a password must not go in clear")
    return imap


def _words(told: list[Any]) -> bytes:
    return b" ".join(one for one in told if isinstance(one, bytes))


def _expect(answer: tuple[str, list[Any]]) -> list[Any]:
    word, told = answer
    if word != "OK":
        first = told[0] if told else b""
        raise imaplib.IMAP4.error(
            first.decode("ascii", "replace") if isinstance(first, bytes) else word
        )
    return told


def _said(error: Exception) -> str:
    """An error's words; imaplib hands on some of a server's as bytes."""
    first = error.args[0] if error.args else ""
    return first.decode("ascii", "replace") if isinstance(first, bytes) else str(error)


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _without_secret(text: str, address: BoxAddress) -> str:
    return text.replace(address.password, "…")[:200] if address.password else text[:200]
