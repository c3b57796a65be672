"""A proxy on loopback that lets every byte travel for a while: a relay that is far away.

`./run bench delay PORT MILLISECONDS` runs one in front of a port of loopback until Ctrl-C. Half of
the round trip passes each way. Nothing else is slowed: whatever is on its way is kept in memory,
so that no window limits how much that is.
"""

import asyncio
import socket
import subprocess
import sys
import time
from collections import deque
from statistics import median
from typing import Self, cast

import uvloop

_HOST = "127.0.0.1"


class _End(asyncio.Protocol):
    """One side of a connection: what it hears, the other side says after `delay` seconds."""

    def __init__(self, delay: float) -> None:
        self.other: _End | None = None
        self._delay = delay
        self._transport: asyncio.Transport | None = None
        self._heard: deque[bytes | None] = deque()
        self._early: list[bytes | None] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        for data in self._early:
            self._say(data)

    def data_received(self, data: bytes) -> None:
        self._pass_on(data)

    def connection_lost(self, _: Exception | None) -> None:
        self._pass_on(None)

    def _pass_on(self, data: bytes | None) -> None:
        if self.other is not None:
            self.other.say_later(data)

    def say_later(self, data: bytes | None) -> None:
        """Say this, or close, in its turn when its time has passed."""
        self._heard.append(data)
        asyncio.get_running_loop().call_later(self._delay, self.deliver)

    def deliver(self) -> None:
        """Say what has waited longest."""
        data = self._heard.popleft()
        if self._transport is None:
            self._early.append(data)
        else:
            self._say(data)

    def _say(self, data: bytes | None) -> None:
        assert self._transport is not None
        if data is None:
            self._transport.close()
        else:
            self._transport.write(data)


class _Front(_End):
    """The side of who connected; the way to the server begins with half a round trip as well."""

    def __init__(self, delay: float, port: int, tasks: set[asyncio.Task[None]]) -> None:
        super().__init__(delay)
        self._port, self._tasks = port, tasks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        back = self.other = _End(self._delay)
        back.other = self
        task = asyncio.get_running_loop().create_task(self._reach(back))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reach(self, back: _End) -> None:
        await asyncio.sleep(self._delay)
        try:
            await asyncio.get_running_loop().create_connection(lambda: back, _HOST, self._port)
        except OSError:
            self.say_later(None)


async def _serve(port: int, delay: float) -> None:
    tasks: set[asyncio.Task[None]] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Front(delay, port, tasks), _HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # It ends with who started it.
    await loop.run_in_executor(None, sys.stdin.read)


class Delay:
    """A running proxy, in a process of its own; a context manager.

    `round_trip` is what was measured through it, in seconds: a little more than was asked for,
    because a timer is never early.
    """

    def __init__(self, port: int, milliseconds: int) -> None:
        self._words = [sys.executable, "-m", "bench.delay", str(port), str(milliseconds)]
        self.port = 0
        self.round_trip = 0.0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        self.round_trip = _round_trip(self.port)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=10)

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid


def _round_trip(port: int, times: int = 11) -> float:
    """The median time of a NOOP."""
    with socket.create_connection((_HOST, port)) as line, line.makefile("rb") as replies:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        replies.readline()
        took = []
        for _ in range(times):
            began = time.perf_counter()
            line.sendall(b"NOOP\r\n")
            replies.readline()
            took.append(time.perf_counter() - began)
        line.sendall(b"QUIT\r\n")
        return median(took)


def main() -> None:
    """Run until standard input ends."""
    if len(sys.argv) != 3:
        sys.exit("usage: ./run bench delay PORT MILLISECONDS")
    port, milliseconds = map(int, sys.argv[1:])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(port, milliseconds / 2000))


if __name__ == "__main__":
    main()
