"""This process's way out: an event loop in a thread of its own, its pool and its journal.

The loop never waits for the database and the database thread never waits for a socket:

    database thread ──submit──▸ loop: pool, marks ──outcomes──▸ database thread

Both are kept from one task to the next: opening a connection costs more than sending a mail.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, TypeVar

import uvloop

from mailer.errors import MailerError, RelayError
from mailer.smtp.envelope import Envelope, Outcome
from mailer.smtp.fleet import Fleet, way_out
from mailer.smtp.marks import Marks
from mailer.smtp.pool import Pool
from mailer.smtp.relay import Relay
from mailer.smtp.timeouts import Timeouts

_T = TypeVar("_T")
Look = Callable[[list[Outcome]], MailerError | None]

#: Wake the database thread when so many outcomes wait for it: each commit costs a few
#: milliseconds, whatever its size.
_BATCH = 2000
#: So many outcomes make a measure of the pace.
_SAMPLE = 20


class Outgoing:
    """The loop thread, the pools of the relays, the journal. Raises OSError, Misconfigured."""

    def __init__(
        self, relays: tuple[Relay, ...], folder: Path, timeouts: Timeouts | None = None
    ) -> None:
        self.relays = relays
        self._marks = Marks(folder)
        self._told: deque[list[Outcome]] = deque()
        self._unread = 0
        self._wake = threading.Event()
        self._look: Look | None = None
        self.stopped: MailerError | None = None
        self._low = 0
        self._pace = _Pace()
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)
        self._thread.start()
        self._pool = self._in_loop(self._open(timeouts))

    @property
    def journal(self) -> str:
        """The name of the journal's file in its folder."""
        return self._marks.path.name

    @property
    def connections(self) -> int:
        """How many there may be."""
        return sum(relay.connections for relay in self.relays)

    @property
    def pending(self) -> int:
        """How many envelopes have no outcome that was read."""
        return self._pace.open

    @property
    def unreachable(self) -> RelayError | None:
        """Why no relay can be used just now; they are tried again by themselves."""
        return self._pool.unreachable

    @property
    def pace(self) -> float:
        """Messages per second, of late."""
        return self._pace.rate

    def submit(self, envelopes: list[Envelope], not_after: float) -> None:
        """Send these; what has not begun at `not_after` (monotonic seconds) comes back."""
        self._pace.begin(len(envelopes))
        self._loop.call_soon_threadsafe(self._submit, envelopes, not_after)

    def budgets(self) -> dict[str, float]:
        """How many more messages each relay may be given, by its name."""
        return {pool.relay.name: pool.budget for pool in self._pool.pools}

    def allow(self, relay: str, budget: float) -> None:
        """Let a relay be given so many messages, and no more until this is said again."""
        for pool in self._pool.pools:
            if pool.relay.name == relay:
                self._loop.call_soon_threadsafe(pool.allow, budget)

    def watch(self, look: Look) -> None:
        """Show `look` every outcome, in the loop, before anything more begins.

        When it returns a reason, `stopped` is that, and nothing begins until this is called again.
        """
        self.stopped = None
        self._in_loop(self._watch(look))

    def outcomes(self, timeout: float) -> list[Outcome]:
        """What became of envelopes, as soon as it is worth a commit or the loop runs dry.

        Waits `timeout` seconds at most.
        """
        self._wake.wait(timeout)
        self._wake.clear()
        found: list[Outcome] = []
        while self._told:
            found += self._told.popleft()
        self._pace.count(len(found))
        return found

    def clear(self, keys: Iterable[int]) -> None:
        """The outcomes of these are committed: the journal forgets them."""
        self._loop.call_soon_threadsafe(self._marks.clear, list(keys))

    def close(self) -> list[Outcome]:
        """Finish what is on the wire, take leave of the relay; the last outcomes."""
        self._in_loop(self._pool.close())
        return self.outcomes(0)

    def end(self) -> None:
        """Stop the loop and give the journal up, all outcomes being committed."""
        self._in_loop(self._tidy())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # In the loop's own thread.

    async def _open(self, timeouts: Timeouts | None) -> Pool | Fleet:
        return way_out(self.relays, marks=self._marks, on_outcomes=self._tell, timeouts=timeouts)

    def _submit(self, envelopes: list[Envelope], not_after: float) -> None:
        self._low = len(envelopes) // 2
        self._pool.submit(envelopes, not_after=not_after)

    async def _watch(self, look: Look) -> None:
        self._look = look
        self._pool.hold(False)

    def _tell(self, outcomes: list[Outcome]) -> None:
        if self._look is not None and (why := self._look(outcomes)) is not None:
            self._look, self.stopped = None, why
            self._pool.hold(True)
        self._told.append(outcomes)
        self._unread += len(outcomes)
        # A thread that is woken takes the interpreter from the loop: only when it is worth it.
        if self._unread >= _BATCH or self._pool.pending <= self._low:
            self._unread = self._low = 0
            self._wake.set()

    async def _tidy(self) -> None:
        self._marks.close()

    def _in_loop(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class _Pace:
    """Messages per second, over the time in which there were some on the wire.

    The time between two groups does not count: it would make groups small, and small groups
    would make that time long.
    """

    def __init__(self) -> None:
        self.rate = 0.0
        self.open = 0
        self._at = 0.0
        self._busy = 0.0
        self._done = 0

    def begin(self, count: int) -> None:
        """So many were handed over."""
        if not self.open:
            self._at = time.monotonic()
        self.open += count

    def count(self, done: int) -> None:
        """So many came back."""
        if not self.open:
            return
        now = time.monotonic()
        self._busy += now - self._at
        self._done += done
        self._at, self.open = now, self.open - done
        if self._done >= _SAMPLE or self._busy >= 1:
            fresh = self._done / max(self._busy, 0.001)
            self.rate = (self.rate + fresh) / 2 if self.rate else fresh
            self._busy, self._done = 0.0, 0
