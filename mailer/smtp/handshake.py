"""Opening a line to a relay: connect, banner, EHLO, STARTTLS, AUTH (an edge).

It runs once per connection, so it is written as a coroutine; the mails themselves go through
`connection.Connection`, which takes the transport over.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from mailer.errors import N_, RelayError
from mailer.smtp.capabilities import Capabilities, capabilities
from mailer.smtp.login import log_in, refusal
from mailer.smtp.relay import Relay
from mailer.smtp.reply import ProtocolError, Reply, ReplyParser
from mailer.smtp.timeouts import Timeouts

# No step of a handshake is answered by more than one reply.
_QUEUE_LIMIT = 4


@dataclass(frozen=True, slots=True)
class Line:
    """An open line, ready for its first MAIL."""

    transport: asyncio.Transport
    server: Capabilities


def tls_context(relay: Relay) -> ssl.SSLContext | None:
    """How TLS is spoken to the relay; None when it is not. Reads the machine's certificates."""
    if relay.tls == "none":
        return None
    context = ssl.create_default_context()
    if not relay.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def open_line(relay: Relay, context: ssl.SSLContext | None, timeouts: Timeouts) -> Line:
    """Shake hands with the relay. Raises RelayError, whatever went wrong."""
    handshake = _Handshake(relay, timeouts)
    try:
        with _told(relay):
            await handshake.connect(context if relay.tls == "tls" else None)
            server = await handshake.greet(context if relay.tls == "starttls" else None)
            await handshake.authenticate(server)
            handshake.expect_silence()
    except BaseException:
        handshake.abort()
        raise
    return Line(handshake.line, server)


class _Handshake(asyncio.Protocol):
    """The first replies of a server, awaited one by one."""

    def __init__(self, relay: Relay, timeouts: Timeouts) -> None:
        self._relay = relay
        self._timeouts = timeouts
        self._parser = ReplyParser()
        self._replies: asyncio.Queue[Reply | Exception] = asyncio.Queue()
        self._transport: asyncio.Transport | None = None

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            for reply in self._parser.feed(data):
                self._replies.put_nowait(reply)
            if self._replies.qsize() > _QUEUE_LIMIT:
                raise ProtocolError("replies to nothing")
        except ProtocolError as error:
            self._replies.put_nowait(error)
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._replies.put_nowait(exc or ConnectionResetError("closed by the relay"))

    # The steps.

    @property
    def line(self) -> asyncio.Transport:
        """The transport, once connected."""
        if self._transport is None:
            raise ConnectionResetError("closed by the relay")
        return self._transport

    async def connect(self, context: ssl.SSLContext | None) -> None:
        """Reach the relay, encrypted from the first byte when a context is given."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._timeouts.connect):
            await loop.create_connection(
                lambda: self,
                self._relay.host,
                self._relay.port,
                ssl=context,
                server_hostname=self._relay.host if context else None,
            )

    async def greet(self, context: ssl.SSLContext | None) -> Capabilities:
        """Banner and EHLO, and once more behind STARTTLS when a context is given."""
        self._accept(await self._reply(self._timeouts.banner), "220")
        server = await self._hello()
        if context is None:
            return server
        if not server.starttls:
            raise RelayError(
                N_("The SMTP relay %(relay)s does not offer STARTTLS, which SMTP_URL asks for."),
                relay=self._relay.name,
            )
        self._accept(await self._ask("STARTTLS", self._timeouts.tls), "220")
        await self._start_tls(context)
        # RFC 3207 section 4.2: what was said in clear is forgotten.
        return await self._hello()

    async def authenticate(self, server: Capabilities) -> None:
        """AUTH (RFC 4954), when the relay has a user name."""
        if self._relay.username:
            await log_in(self._relay, server, lambda line: self._ask(line, self._timeouts.auth))

    def expect_silence(self) -> None:
        """Nothing may be there that no command asked for.

        Ahead of STARTTLS it would be text that someone on the way put in, to be taken as if it
        had come encrypted (CVE-2011-0411 and its kin).
        """
        if self._parser.unfinished or not self._replies.empty():
            raise ProtocolError("replies to nothing")

    def abort(self) -> None:
        """Drop the line."""
        if self._transport is not None:
            self._transport.abort()

    async def _hello(self) -> Capabilities:
        name = _own_name(self.line)
        reply = await self._ask(f"EHLO {name}", self._timeouts.ehlo)
        if reply.code in {500, 501, 502, 504, 550}:
            # RFC 5321 section 3.2: a server older than EHLO.
            self._accept(await self._ask(f"HELO {name}", self._timeouts.ehlo), "250")
            return Capabilities()
        return capabilities(self._accept(reply, "250"))

    async def _start_tls(self, context: ssl.SSLContext) -> None:
        self.expect_silence()
        transport = await asyncio.get_running_loop().start_tls(
            self.line,
            self,
            context,
            server_hostname=self._relay.host,
            ssl_handshake_timeout=self._timeouts.tls,
        )
        self._transport = transport

    async def _ask(self, line: str, seconds: float) -> Reply:
        self.expect_silence()
        self.line.write(f"{line}\r\n".encode())
        return await self._reply(seconds)

    async def _reply(self, seconds: float) -> Reply:
        async with asyncio.timeout(seconds):
            reply = await self._replies.get()
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _accept(self, reply: Reply, wanted: str) -> Reply:
        if str(reply.code) != wanted:
            raise refusal(self._relay, reply)
        return reply


@contextmanager
def _told(relay: Relay) -> Iterator[None]:
    """Every technical failure of a handshake as a sentence."""
    try:
        yield
    except TimeoutError as error:
        raise RelayError(
            N_("The SMTP relay %(relay)s did not answer in time."), relay=relay.name
        ) from error
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or str(error)
        raise RelayError(
            N_("No secure connection to the SMTP relay %(relay)s: %(reason)s."),
            relay=relay.name,
            reason=reason,
        ) from error
    except ProtocolError as error:
        raise RelayError(
            N_("What answers at %(relay)s does not speak SMTP: %(reason)s."),
            relay=relay.name,
            reason=str(error),
        ) from error
    except (OSError, UnicodeError) as error:
        # A host name with a label over 63 characters raises UnicodeError.
        raise RelayError(
            N_(
                "The SMTP relay %(relay)s cannot be reached: %(reason)s. "
                "Check SMTP_URL and that the relay is running."
            ),
            relay=relay.name,
            reason=getattr(error, "strerror", None) or str(error),
        ) from error


def _own_name(line: asyncio.Transport) -> str:
    """Our name for EHLO: a full host name, else the address literal of RFC 5321 section 4.1.3."""
    name = socket.gethostname()
    if "." in name.strip(".") and name.isascii():
        return name
    address = line.get_extra_info("sockname")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
