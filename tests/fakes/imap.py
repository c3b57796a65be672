"""An IMAP server that holds a box in memory, and can be told to lie, hang or grow."""

import re
import socketserver
import threading
import time
from collections.abc import Callable
from contextlib import suppress

_LITERAL = re.compile(r"<0\.(\d+)>")


class FakeImap:
    """A context manager; `boxes` maps folders to mails by UID, `said` keeps the commands.

    `can` are its capabilities; `quirk(verb)` may return bytes that are sent in place of the answer
    (empty: silence). `grow` puts a mail more into the box at each FETCH.
    """

    def __init__(
        self,
        mails: list[bytes],
        *,
        can: str = "IMAP4rev1 MOVE UIDPLUS IDLE",
        quirk: Callable[[str], bytes | None] = lambda _verb: None,
        grow: bytes = b"",
    ) -> None:
        self.boxes: dict[str, dict[int, bytes]] = {"INBOX": dict(enumerate(mails, 1))}
        self.can, self.quirk, self.grow = can, quirk, grow
        self.deleted: set[int] = set()
        self.said: list[str] = []
        fake = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    self.wfile.write(b"* OK here\r\n")
                    while line := self.rfile.readline():
                        if not fake._answer(line.decode("latin-1").strip(), self):
                            return

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Session)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self) -> "FakeImap":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """For IMAP_URL."""
        return f"imap://revue:a%20secret@127.0.0.1:{self._server.server_address[1]}/INBOX"

    def put(self, raw: bytes, folder: str = "INBOX") -> None:
        """A mail comes."""
        box = self.boxes.setdefault(folder, {})
        box[max([0, *self.boxes["INBOX"], *box]) + 1] = raw

    def _answer(self, line: str, session: socketserver.StreamRequestHandler) -> bool:
        tag, _, words = line.partition(" ")
        verb = words.split(" ")[1] if words.upper().startswith("UID ") else words.split(" ")[0]
        verb = verb.upper()
        self.said.append(words)
        if (odd := self.quirk(verb)) is not None:
            if odd:
                session.wfile.write(odd.replace(b"TAG", tag.encode()))
            else:
                time.sleep(30)
            return True
        if verb == "IDLE":
            self._idle(tag, session)
            return True
        if verb == "LIST" and not words.startswith('LIST "" '):
            # As Dovecot answers a reference that is missing.
            session.wfile.write(f"{tag} BAD Invalid pattern\r\n".encode())
            return True
        session.wfile.write(self._told(verb, words) + f"{tag} OK done\r\n".encode())
        return verb != "LOGOUT"

    def _idle(self, tag: str, session: socketserver.StreamRequestHandler) -> None:
        session.wfile.write(b"+ idling\r\n")
        before = len(self.boxes["INBOX"])
        session.connection.settimeout(0.05)
        while True:
            if len(self.boxes["INBOX"]) > before:
                session.wfile.write(b"* 1 EXISTS\r\n")
                before = len(self.boxes["INBOX"])
            with suppress(TimeoutError):
                said = session.connection.recv(64)
                # Who hangs up says nothing more, for ever: this thread would read that without end.
                if not said or said.upper().startswith(b"DONE"):
                    break
        session.connection.settimeout(None)
        session.wfile.write(f"{tag} OK idled\r\n".encode())

    def _told(self, verb: str, words: str) -> bytes:
        inbox = self.boxes["INBOX"]
        if verb == "CAPABILITY":
            return f"* CAPABILITY {self.can}\r\n".encode()
        if verb == "SELECT":
            return f"* {len(inbox)} EXISTS\r\n".encode()
        if verb == "LIST":
            return b'* LIST (\\HasNoChildren) "." INBOX\r\n'
        if verb == "SEARCH":
            numbers = " ".join(str(one) for one in inbox if one not in self.deleted)
            return f"* SEARCH {numbers}\r\n".encode()
        if verb == "FETCH":
            if self.grow:
                self.put(self.grow)
            return self._fetched(int(words.split(" ")[2]), words)
        if verb in {"MOVE", "COPY", "STORE", "EXPUNGE"}:
            self._change(verb, int(words.split(" ")[2]), words.rpartition(" ")[2].strip('"'))
        return b""

    def _change(self, verb: str, number: int, folder: str) -> None:
        inbox = self.boxes["INBOX"]
        if verb in {"MOVE", "COPY"}:
            self.boxes.setdefault(folder, {})[number] = inbox[number]
        if verb in {"MOVE", "EXPUNGE"}:
            del inbox[number]
        if verb == "STORE":
            self.deleted.add(number)

    def _fetched(self, number: int, words: str) -> bytes:
        if number not in self.boxes["INBOX"]:
            return b""
        most = _LITERAL.search(words)
        raw = self.boxes["INBOX"][number][: int(most[1]) if most else None]
        return b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%b)\r\n" % (number, len(raw), raw)
