"""The catcher on its socket (an edge): one `Session` for each connection, one `Store` for all."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from mailer.catcher.session import LARGEST, Session
from mailer.catcher.store import KEEP, CaughtEnvelope, Store

#: A client that says nothing for this many seconds is left (RFC 5321 section 4.5.3.2.7).
PATIENCE = 300.0


class Catcher:
    """An SMTP server for one folder. It takes every mail and sends none.

    `keep` is how many mails stay, `largest` the octets of the largest one taken.
    """

    def __init__(
        self,
        folder: Path,
        *,
        keep: int = KEEP,
        largest: int = LARGEST,
        patience: float = PATIENCE,
    ) -> None:
        self._store = Store(folder, keep)
        self._largest = largest
        self._patience = patience
        self._clients: set[_Client] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen; the port. Raises OSError when it is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._client, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take no more mail and leave every client."""
        if self._server is None:
            return
        self._server.close()
        for client in list(self._clients):
            client.leave()
        await self._server.wait_closed()
        # The loop calls back for a closed socket one turn later.
        await asyncio.sleep(0)

    def _client(self) -> "_Client":
        return _Client(Session(self._kept, self._largest), self._clients, self._patience)

    def _kept(self, sender: str, recipients: list[str], mail: bytes) -> int:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return self._store.add(CaughtEnvelope(sender, recipients, now), mail)


class _Client(asyncio.Protocol):
    def __init__(self, session: Session, clients: "set[_Client]", patience: float) -> None:
        self._session = session
        self._clients = clients
        self._patience = patience
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._clients.add(self)
        self._wait()
        self._transport.write(self._session.banner())

    def data_received(self, data: bytes) -> None:
        replies = self._session.feed(data)
        if self._transport is not None:
            self._transport.write(replies)
            if self._session.over:
                self._transport.close()
        self._wait()

    # A client that sends and never reads would fill our memory with replies.

    def pause_writing(self) -> None:
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def connection_lost(self, _exc: Exception | None) -> None:
        self._clients.discard(self)
        if self._timer is not None:
            self._timer.cancel()

    def leave(self) -> None:
        """Drop the client."""
        if self._transport is not None:
            self._transport.abort()

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._patience, self.leave)
