"""An SMTP server that does what a test tells it to, in a thread, on a port of its own.

    with FakeSmtp() as server:
        server.at("RCPT", "550 5.1.1 no such user", match="eve@")
        server.at("DOT", cut=True, accept=True, times=1)
        ...send to server.url...
        assert server.recipients() == ["amina@example.org"]

A test asserts from what the server itself has logged: `accepted` (each mail it took), `commands`
(each line it read), `connections` (how many were made), `invited` (to whom it said 354) and
`unanswered` (whose mail it left without a whole reply behind the 354). All may be read at any
time; `open` is how many sessions go on just now.

The places of a fault are BANNER, the verbs EHLO HELO STARTTLS AUTH MAIL RCPT DATA RSET QUIT, BODY
(after 354, when the first 100 bytes of a body are there) and DOT (after the final dot, before its
reply). Pipelined commands are answered one by one, in order.
"""

import asyncio
import base64
import email
import hmac
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_EXTENSIONS = ("8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
_WELCOME, _BAD = "235 2.7.0 welcome", "535 5.7.8 bad credentials"


@dataclass(frozen=True)
class Acceptance:
    """One mail for one recipient that the server took; `at` is monotonic seconds."""

    recipient: str
    sender: str
    message_id: str
    body: bytes
    at: float


@dataclass
class Fault:
    """What happens at a place instead of the right reply; see `FakeSmtp.at`."""

    say: str | bytes | None = None
    cut: bool = False
    stall: bool = False
    accept: bool = False
    match: str = ""
    times: int | None = None
    upto: int | None = None


class _Hangup(Exception):
    """The server closes this connection."""


class FakeSmtp:
    """The server; a context manager.

    `pipelining` offers it; `size` limits a body; `users` maps names to passwords and offers AUTH
    by `mechanisms` (PLAIN, LOGIN, CRAM-MD5, and XOAUTH2, whose token is the password);
    `certificate` (a PEM file, see `certificate.self_signed`) offers STARTTLS, or speaks TLS from
    the start with `implicit_tls`; `dribble` sends its replies byte by byte; `newline` ends its
    lines; `extensions` are the other EHLO keywords; `delay` seconds pass before each reply to a
    final dot; `port` is free to choose so that a server can come back; `clock` stamps what is
    accepted.
    """

    def __init__(
        self,
        *,
        pipelining: bool = True,
        extensions: tuple[str, ...] = _EXTENSIONS,
        size: int = 0,
        users: dict[str, str] | None = None,
        mechanisms: str = "PLAIN LOGIN",
        certificate: Path | None = None,
        implicit_tls: bool = False,
        dribble: bool = False,
        newline: bytes = b"\r\n",
        delay: float = 0.0,
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.size, self.users, self.mechanisms = size, users, mechanisms
        self.dribble, self.newline, self.delay = dribble, newline, delay
        #: While it is set, no message is answered.
        self.thinking = False
        self.implicit_tls = implicit_tls
        self.extensions = (*(["PIPELINING"] if pipelining else []), *extensions)
        self.context: ssl.SSLContext | None = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self.accepted: list[Acceptance] = []
        self.commands: list[str] = []
        self.connections = 0
        self.invited: list[str] = []
        self.unanswered: list[str] = []
        self.stalled = 0
        self.port, self.clock = port, clock
        self._faults: list[tuple[str, Fault]] = []
        self._lock = threading.Lock()
        self._started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._sessions: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._run, name="fake-smtp", daemon=True)

    # What a test says.

    def at(
        self,
        place: str,
        say: str | bytes | None = None,
        *,
        match: str = "",
        times: int | None = None,
        cut: bool = False,
        stall: bool = False,
        accept: bool = False,
        upto: int | None = None,
    ) -> None:
        """At this place say this (a str gets its line end, bytes go as they are) and go on.

        `cut` then closes the connection; `stall` says nothing more until the other side hangs up;
        `accept` (at DOT) logs the mail as taken all the same; `upto` says so many bytes of the
        right reply instead. `match` limits it to lines that contain it (at BODY and DOT: to that
        recipient), `times` to so many. The fault named last goes first.
        """
        with self._lock:
            self._faults.insert(0, (place, Fault(say, cut, stall, accept, match, times, upto)))

    def behave(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._faults.clear()

    # What a test asks.

    @property
    def url(self) -> str:
        """Its SMTP_URL, without options."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def open(self) -> int:
        """How many sessions go on, those aside that a fault has stalled."""
        return len(self._sessions) - self.stalled

    def recipients(self) -> list[str]:
        """Who was taken, in order."""
        return [acceptance.recipient for acceptance in list(self.accepted)]

    def copies(self) -> Counter[tuple[str, str]]:
        """How often each (recipient, Message-ID) was taken: invariant I2 wants 1."""
        return Counter((one.recipient, one.message_id) for one in list(self.accepted))

    def until(self, seen: Callable[["FakeSmtp"], bool], seconds: float = 10.0) -> bool:
        """Wait until the server has seen something; whether it did in time."""
        end = time.monotonic() + seconds
        while not seen(self) and time.monotonic() < end:
            time.sleep(0.01)
        return seen(self)

    # The thread.

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(10), "the fake SMTP server did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        context = self.context if self.implicit_tls else None
        server = await asyncio.start_server(
            self._accept, "127.0.0.1", self.port, limit=64 * 2**20, ssl=context
        )
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stop.wait()
        server.close()
        sessions = list(self._sessions)
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)
        # Who was just let in, and who still had something to say to a client that reads no more:
        # a transport that is only closed waits for it, and the loop ends before.
        for writer in self._writers:
            writer.transport.abort()
        await server.wait_closed()
        await asyncio.sleep(0)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        task = self._loop.create_task(_Session(self, reader, writer).run())
        self._sessions.add(task)
        task.add_done_callback(self._sessions.discard)

    def fault(self, place: str, about: str) -> Fault | None:
        """The fault that is due at a place."""
        with self._lock:
            for where, fault in self._faults:
                if where == place and fault.match in about and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None


@dataclass
class _Session:
    """One connection."""

    server: FakeSmtp
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)
    encrypted: bool = False

    async def run(self) -> None:
        try:
            self.encrypted = self.server.implicit_tls
            await self.answer("BANNER", "", "220 fake.test ESMTP")
            while line := await self.reader.readline():
                await self.command(line.decode("utf-8", "replace").rstrip("\r\n"))
        except (_Hangup, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.writer.transport.abort()

    async def command(self, line: str) -> None:
        self.server.commands.append(line)
        verb = line.split(" ")[0].split(":")[0].upper()
        handler = getattr(self, f"on_{verb.lower()}", None)
        reply = handler(line) if handler else "500 5.5.2 what?"
        said = await self.answer(verb, line, reply)
        if said.startswith("354"):
            await self.body()
        elif verb == "STARTTLS" and said.startswith("220") and self.server.context:
            await self.writer.start_tls(self.server.context)
            self.encrypted = True
        elif verb == "AUTH" and said.startswith("334"):
            await self.login(line.split(" "), said)
        elif verb == "QUIT":
            raise _Hangup

    async def answer(self, place: str, about: str, reply: str) -> str:
        """Reply, or do what the fault of this place says; what was said."""
        fault = self.server.fault(place, about)
        if fault is None:
            await self.say(reply)
            return reply
        if place == "DATA" and fault.upto is not None:
            # With its whole reply, the client may write the message before it sees the cut.
            self.server.invited += self.recipients
            self.server.unanswered += self.recipients
        await self.misbehave(fault, reply)
        if place == "RCPT" and self.recipients:
            self.recipients.pop()
        if place == "MAIL":
            self.sender = None
        said = fault.say if fault.say is not None else ""
        return said.decode("latin-1") if isinstance(said, bytes) else said

    async def misbehave(self, fault: Fault, right: str) -> None:
        """Say what the fault says, or part of the right reply; then stall, or hang up."""
        if fault.upto is not None:
            await self.say(self.written(right)[: fault.upto])
        elif fault.say is not None:
            await self.say(fault.say)
        if fault.stall:
            self.server.stalled += 1
            try:
                await self.reader.read()  # until the other side hangs up
            finally:
                self.server.stalled -= 1
        if fault.cut or fault.stall:
            raise _Hangup

    def written(self, text: str) -> bytes:
        end = self.server.newline
        return text.replace("\n", end.decode()).encode() + end

    async def say(self, text: str | bytes) -> None:
        data = text if isinstance(text, bytes) else self.written(text)
        if self.server.dribble:
            for byte in data:
                self.writer.write(bytes([byte]))
                await self.writer.drain()
                await asyncio.sleep(0)
        else:
            self.writer.write(data)
            await self.writer.drain()

    async def body(self) -> None:
        about = " ".join(self.recipients)
        self.server.invited += self.recipients
        if fault := self.server.fault("BODY", about):
            await self.reader.readexactly(100)
            self.server.unanswered += self.recipients
            await self.misbehave(fault, "")
            raise _Hangup
        first = await self.reader.readexactly(3)
        data = b"" if first == b".\r\n" else first + await self.reader.readuntil(b"\r\n.\r\n")
        data = data.removesuffix(b".\r\n")
        if self.server.delay:
            await asyncio.sleep(self.server.delay)
        while self.server.thinking:
            await asyncio.sleep(0.005)
        await self.final_dot(data.replace(b"\r\n..", b"\r\n."), about)
        self.sender, self.recipients = None, []

    async def final_dot(self, data: bytes, about: str) -> None:
        fault = self.server.fault("DOT", about)
        if fault is None and not self.recipients:
            return await self.say("554 5.5.1 no valid recipients")
        if fault is None and self.server.size and len(data) > self.server.size:
            return await self.say("552 5.3.4 too large")
        if fault is None or fault.accept:
            self.take(data)
        if fault is None:
            return await self.say("250 2.0.0 taken")
        if fault.say is None:
            self.server.unanswered += self.recipients
        await self.misbehave(fault, "250 2.0.0 taken")
        return None

    def take(self, data: bytes) -> None:
        head = email.message_from_bytes(data.partition(b"\r\n\r\n")[0])
        named, at = head["Message-ID"] or "", self.server.clock()
        for recipient in self.recipients:
            taken = Acceptance(recipient, self.sender or "", named, data, at)
            self.server.accepted.append(taken)

    async def login(self, words: list[str], reply: str) -> None:
        """The lines behind a 334, each way of logging in as its specification has it."""
        mechanism = words[1]
        if mechanism == "LOGIN":
            name = (await self.answered()).decode()
            await self.say("334 UGFzc3dvcmQ6")
            await self.say(self.verdict_on(name, (await self.answered()).decode()))
        elif mechanism == "CRAM-MD5":
            name, _, digest = (await self.answered()).decode().rpartition(" ")
            password = (self.server.users or {}).get(name, "")
            challenge = base64.b64decode(reply.removeprefix("334 "))
            right = hmac.new(password.encode(), challenge, "md5").hexdigest()
            await self.say(_WELCOME if digest == right else _BAD)
        elif words[2:]:
            await self.answered()  # the empty line behind the refusal of a token
            await self.say(_BAD)
        else:
            said = self.verdict_in(mechanism, await self.answered())
            await self.say(said)
            if said.startswith("334"):
                await self.login([*words, ""], said)

    async def answered(self) -> bytes:
        line = (await self.reader.readline()).decode().rstrip("\r\n")
        self.server.commands.append(line)
        return base64.b64decode(line, validate=True)

    def verdict_in(self, mechanism: str, answer: bytes) -> str:
        if mechanism == "PLAIN":
            _, name, password = answer.decode().split("\0")
            return self.verdict_on(name, password)
        name, bearer, *rest = answer.decode().split("\1")
        if (
            rest != ["", ""]
            or not name.startswith("user=")
            or not bearer.startswith("auth=Bearer ")
        ):
            return "501 5.5.2 malformed"
        said = self.verdict_on(name[5:], bearer[12:])
        told = b'{"status":"401","schemes":"bearer","scope":"https://mail.example/"}'
        return said if said == _WELCOME else f"334 {base64.b64encode(told).decode()}"

    def verdict_on(self, name: str, password: str) -> str:
        return _WELCOME if (self.server.users or {}).get(name) == password else _BAD

    def on_ehlo(self, line: str) -> str:
        words = ["fake.test", *self.server.extensions]
        if self.server.size:
            words.append(f"SIZE {self.server.size}")
        if self.server.context and not self.encrypted:
            words.append("STARTTLS")
        if self.server.users is not None:
            words.append(f"AUTH {self.server.mechanisms}")
        return "\n".join([*(f"250-{word}" for word in words[:-1]), f"250 {words[-1]}"])

    def on_helo(self, line: str) -> str:
        return "250 fake.test"

    def on_starttls(self, line: str) -> str:
        return "220 2.0.0 go ahead" if self.server.context else "502 5.5.1 no TLS here"

    def on_auth(self, line: str) -> str:
        mechanism, *initial = line.split(" ")[1:]
        if mechanism not in self.server.mechanisms.split():
            return "504 5.5.4 not offered"
        if mechanism == "LOGIN":
            return "334 VXNlcm5hbWU6"
        if mechanism == "CRAM-MD5":
            return f"334 {base64.b64encode(b'<1896.697170952@fake.test>').decode()}"
        if not initial:
            return "334 "
        return self.verdict_in(mechanism, base64.b64decode(initial[0], validate=True))

    def on_mail(self, line: str) -> str:
        if self.sender is not None:
            return "503 5.5.1 nested MAIL"
        self.sender, self.recipients = line.partition("<")[2].partition(">")[0], []
        return "250 2.1.0 ok"

    def on_rcpt(self, line: str) -> str:
        if self.sender is None:
            return "503 5.5.1 MAIL first"
        self.recipients.append(line.partition("<")[2].partition(">")[0])
        return "250 2.1.5 ok"

    def on_data(self, line: str) -> str:
        # As many servers do behind a pipelined refusal, it says 354 with nobody to send to.
        return "354 go ahead" if self.sender is not None else "503 5.5.1 MAIL first"

    def on_rset(self, line: str) -> str:
        self.sender, self.recipients = None, []
        return "250 2.0.0 reset"

    def on_quit(self, line: str) -> str:
        return "221 2.0.0 bye"
