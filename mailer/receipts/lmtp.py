"""A door for a local MTA: LMTP (RFC 2033), a reply for each recipient (an edge).

`over` nothing but a socket of this machine: there is no login, and none is needed, for a report is
believed for what it proves. Only the beginning of a mail is kept in memory.
"""

import logging
import socketserver
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)

#: RFC 5321 §4.5.3.1: octets of a line of text, of a command, and recipients; and a mail at most.
_LINE, _RECIPIENTS, SIZE = 4096, 100, 64 * 1024 * 1024
#: Octets of a mail that are kept: more than what is read of it.
KEPT = 600 * 1024
#: Seconds that a client may be silent.
_PATIENCE = 120.0

#: Takes a mail and its recipients; raises when it could not be recorded.
Take = Callable[[bytes, tuple[str, ...]], object]


class Session(socketserver.StreamRequestHandler):
    """One client's dialogue."""

    timeout = _PATIENCE
    server: "Server"

    def handle(self) -> None:
        """Until it quits, hangs up or falls silent."""
        self._recipients: list[str] = []
        self._sender = False
        self._say("220 mailer LMTP")
        with suppress(OSError):
            while (line := self.rfile.readline(_LINE)) and self._answer(line):
                pass

    def _answer(self, line: bytes) -> bool:
        words = line.decode("latin-1").strip()
        verb = words[:4].upper()
        if verb == "QUIT":
            self._say("221 2.0.0 bye")
            return False
        act = {"LHLO": self._hello, "MAIL": self._mail, "RCPT": self._rcpt}.get(verb)
        if act is not None:
            self._say(act(words))
        elif verb == "DATA":
            return self._data()
        elif verb in {"RSET", "NOOP"}:
            self._forget(keep=verb == "NOOP")
            self._say("250 2.0.0 ok")
        else:
            self._say("500 5.5.2 this is LMTP: LHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT")
        return True

    def _hello(self, _words: str) -> str:
        self._forget()
        offers = ("mailer", "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES")
        return "\r\n".join([*(f"250-{word}" for word in offers), f"250 SIZE {SIZE}"])

    def _mail(self, _words: str) -> str:
        if self._sender:
            return "503 5.5.1 one MAIL at a time"
        self._sender = True
        return "250 2.1.0 ok"

    def _rcpt(self, words: str) -> str:
        if not self._sender:
            return "503 5.5.1 MAIL first"
        if len(self._recipients) >= _RECIPIENTS:
            return "452 4.5.3 too many recipients"
        self._recipients.append(words.partition("<")[2].partition(">")[0])
        return "250 2.1.5 ok"

    def _data(self) -> bool:
        if not self._recipients:
            self._say("503 5.5.1 RCPT first")
            return True
        self._say("354 go on")
        raw = self._body()
        if raw is None:
            return False
        recipients = tuple(self._recipients)
        try:
            self.server.take(raw, recipients)
            reply = "250 2.6.0 taken"
        except Exception:
            _log.exception("a mail that came by LMTP could not be recorded")
            reply = "451 4.3.0 it cannot be recorded now"
        for _ in recipients:
            self._say(reply)
        self._forget()
        return True

    def _body(self) -> bytes | None:
        """Up to the lone dot; None when the line broke before it."""
        kept, size, begins = bytearray(), 0, True
        while line := self.rfile.readline(_LINE):
            if begins and line in {b".\r\n", b".\n"}:
                return bytes(kept)
            size += len(line)
            if size > 2 * SIZE:
                return None
            if len(kept) < KEPT:
                kept += line[1:] if begins and line.startswith(b".") else line
            begins = line.endswith(b"\n")
        return None

    def _forget(self, *, keep: bool = False) -> None:
        if not keep:
            self._recipients, self._sender = [], False

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode("ascii") + b"\r\n")


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Listens at `host:port`, or at the path of a socket, until it is shut down."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, listen: str, take: Take) -> None:
        self.take = take
        self._path = Path(listen) if listen.startswith("/") else None
        address: Any = listen
        if self._path is None:
            host, _, port = listen.rpartition(":")
            address = (host.strip("[]"), int(port))
        else:
            import socket

            self.address_family = socket.AF_UNIX
            self._path.unlink(missing_ok=True)
        super().__init__(address, Session)

    def server_close(self) -> None:
        """Close, and take the socket's path away."""
        super().server_close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
