"""Looking at a sink while somebody sends to it."""

import threading
import time
from typing import Self

from bench.parts.processes import cpu
from bench.sink import Sink


class Watch:
    """What a sink takes while this is open: how much, at what cost, and at what steady pace.

    `connections` mails, one for each, are let pass before the steady pace is taken.
    """

    def __init__(self, sink: Sink, messages: int, connections: int) -> None:
        self._sink, self._messages, self._connections = sink, messages, connections
        self._before = sink.counts
        self._cpu = cpu(sink.pid)
        self._moments: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        self._over.set()
        self._thread.join()
        now = self._sink.counts
        self.sink_cpu = cpu(self._sink.pid) - self._cpu
        taken = now.messages - self._before.messages
        if taken != self._messages and not failed:
            raise RuntimeError(f"the sink took {taken} mails, not {self._messages}")
        self.size = (now.bytes - self._before.bytes) / max(1, taken)

    @property
    def steady(self) -> float:
        """Messages per second."""
        first, last = self._moments
        return (self._messages - self._connections) / max(last - first, 1e-3)

    def _look(self) -> None:
        for count in (self._connections, self._messages):
            while self._sink.counts.messages - self._before.messages < count:
                # Every two milliseconds: nothing beside a round trip, and cheap.
                if self._over.wait(0.002) and self._missing(count):
                    return
            self._moments.append(time.perf_counter())

    def _missing(self, count: int) -> bool:
        return self._sink.counts.messages - self._before.messages < count
