"""The connections to one relay, kept between batches, and the turn they all share (an edge).

Each turn of the event loop does, across all connections of the pool and in this order:

1. read every reply that is there, and judge it (`Connection.data_received`);
2. write the marks of the final dots that are due (`Marks.dots`);
3. write those bodies and dots, and begin what is next;
4. hand over the outcomes.

So a process killed at any instant leaves in doubt at most one message per connection, and none
whose reply had come (measured: the order body, mark, reply left fifteen with ten connections).

Nothing here grows with the number of messages but the caller's own queue.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Iterable

from mailer.errors import N_, RelayError
from mailer.smtp.capabilities import Capabilities
from mailer.smtp.connection import Connection
from mailer.smtp.dialogue import Transaction
from mailer.smtp.envelope import Envelope, Outcome, UnsendableError, built, commands
from mailer.smtp.handshake import open_line, tls_context
from mailer.smtp.marks import Marks
from mailer.smtp.openings import Openings
from mailer.smtp.queue import Queue, Waiting
from mailer.smtp.relay import Relay
from mailer.smtp.timeouts import Timeouts

OnOutcomes = Callable[[list[Outcome]], None]

TOO_LATE = N_("No connection was free in time.")
UNREACHABLE = N_("The relay cannot be reached.")
STOPPED = N_("The sending was stopped.")
JOURNAL_FULL = N_("Too many outcomes wait to be recorded.")
HELD = N_("The mailing was paused.")


class Pool:
    """Sends envelopes through up to `relay.connections` connections of one event loop.

    `on_outcomes` is called in the loop, at most once a turn, with each envelope's one outcome.
    `queue` is its own, unless several pools share one and the marks (see `fleet`): `others` is how
    many connections those have.
    Use it from the loop's own thread only; it may be used again each time the loop runs.
    """

    def __init__(
        self,
        relay: Relay,
        *,
        on_outcomes: OnOutcomes,
        marks: Marks | None = None,
        timeouts: Timeouts | None = None,
        queue: Waiting | None = None,
        others: int = 0,
    ) -> None:
        self.relay = relay
        self._marks = marks
        self._reserve = 3 * (relay.connections + others)
        self._timeouts = timeouts or Timeouts()
        self._on_outcomes = on_outcomes
        self._context = tls_context(relay)
        self._openings = Openings(relay.connections)
        self._tasks: set[asyncio.Task[None]] = set()
        self._lines: set[Connection] = set()
        self._idle: set[Connection] = set()
        self._leaving: set[Connection] = set()
        self._touched: list[Connection] = []
        self._queue: Waiting = Queue() if queue is None else queue
        self._outcomes: list[Outcome] = []
        self._pending = 0
        self._empty = asyncio.Event()
        self._deserted = asyncio.Event()
        self._scheduled = False
        self._closing = False
        self._held = False
        self._budget: float = math.inf
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf

    @property
    def pending(self) -> int:
        """Envelopes submitted that have no outcome yet."""
        return self._pending

    @property
    def unreachable(self) -> RelayError | None:
        """Why the relay cannot be used; it is probed again at most 60 s later, by itself."""
        return self._openings.unreachable

    def submit(self, envelopes: Iterable[Envelope], *, not_after: float = math.inf) -> None:
        """Send these; what has not begun at `not_after` (monotonic seconds) is `returned`.

        While the relay is unreachable, or the pool is closed, all of them are, at once.
        """
        self._pending += self._queue.add(envelopes, not_after)
        self._wake()

    @property
    def pools(self) -> "list[Pool]":
        """Itself alone: a fleet has several."""
        return [self]

    @property
    def budget(self) -> float:
        """How many more messages this relay may be given; without a limit, infinity."""
        return self._budget

    def allow(self, budget: float) -> None:
        """Give it so many messages from now on, and no more until this is said again."""
        self._budget = budget
        self._wake()

    def hold(self, held: bool) -> None:
        """While it is held nothing more begins: all that waits is `returned`, at once."""
        self._held = held
        self._wake()

    def taken(self, count: int) -> None:
        """So many envelopes of a queue that is not this pool's alone came into its hands."""
        self._pending += count

    async def drain(self) -> None:
        """Wait until every envelope submitted has had its outcome."""
        while self._pending:
            self._empty.clear()
            await self._empty.wait()

    async def close(self) -> None:
        """Finish what has begun, return the rest, leave every server. May take `goodbye` seconds.

        What has no reply by then is `uncertain` or `returned`, as its state tells.
        """
        self._closing = True
        self._wake()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timeouts.goodbye):
                await self.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in list(self._lines):
            if connection.idle:
                connection.quit()
            else:
                connection.retire(STOPPED)
        await self._wait_until_deserted()
        if self._timer is not None:
            self._timer.cancel()
        self._hand_over()

    # What connections tell (`connection.Owner`).

    def touched(self, connection: Connection) -> None:
        """It has something to write in the next turn."""
        if not connection.waiting:
            connection.waiting = True
            self._touched.append(connection)
            self._wake()

    def settled(self, outcome: Outcome) -> None:
        """An envelope has come to its end."""
        self._pending -= 1
        self._outcomes.append(outcome)
        if self._marks is not None and outcome.code is not None:
            self._marks.reply(outcome.key, outcome.code)

    def proven(self, connection: Connection) -> None:
        """It has had its first verdict."""
        self._openings.proven(connection.born)

    def lost(self, connection: Connection, reason: str) -> None:
        """It carries nothing any more.

        One that got nothing done while there was work speaks against the relay; one that was
        lost unused does not, nor one that fell over a certain message.
        """
        self._lines.discard(connection)
        self._idle.discard(connection)
        self._leaving.add(connection)
        at = connection.lost_at
        had_work = at == "mail" or (at == "idle" and len(self._queue) > 0)
        if reason and had_work and not connection.fruitful:
            error = RelayError(
                N_("The SMTP relay %(relay)s closed the connection: %(reason)s"),
                relay=self.relay.name,
                reason=reason,
            )
            self._openings.failed(error, len(self._lines), time.monotonic())
        self._wake()

    def gone(self, connection: Connection) -> None:
        """Its socket is closed."""
        self._leaving.discard(connection)
        if not self._leaving:
            self._deserted.set()

    # The turn.

    def _wake(self) -> None:
        # In both asyncio and uvloop a callback scheduled while sockets are being read runs when
        # all of those that were ready have been.
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self._scheduled = False
        now = time.monotonic()
        self._return_hopeless()
        if self._queue:
            for connection in list(self._idle):
                self.touched(connection)
        touched, self._touched = self._touched, []
        due = [key for line in touched if (key := line.dot_due(now)) is not None]
        if due and self._marks is not None:
            self._marks.dots(due)
        for connection in touched:
            connection.waiting = False
            connection.advance(self._take, now)
            if connection.idle and not connection.retired:
                self._idle.add(connection)
            else:
                self._idle.discard(connection)
        self._open(now)
        self._arm(touched, now)
        self._hand_over()

    def _take(self, server: Capabilities) -> Transaction | None:
        """The next envelope that this server can be given."""
        while self._budget >= 1 and (next_one := self._queue.take()) is not None:
            envelope, not_after = next_one
            if not_after < time.monotonic():
                self._return([envelope], TOO_LATE)
                continue
            try:
                body = built(envelope)
                mail, rcpt = commands(envelope, body, server)
            except UnsendableError as error:
                if self._queue.pass_on(next_one, error.text):
                    continue
                self.settled(Outcome(envelope.key, "refused", error.stage, text=error.text))
                continue
            self._budget -= 1
            return Transaction(envelope, body, mail, rcpt, not_after)
        return None

    def _hand_over(self) -> None:
        outcomes, self._outcomes = self._outcomes, []
        try:
            if outcomes:
                self._on_outcomes(outcomes)
        finally:
            if not self._pending:
                self._empty.set()

    def _return_hopeless(self) -> None:
        if not self._queue:
            return
        if self._closing:
            self._return(self._queue.take_all(), STOPPED)
        elif self._held:
            self._return(self._queue.take_all(), HELD)
        elif self.unreachable is not None:
            self._return(self._queue.take_all(), UNREACHABLE)
        elif self._marks is not None and self._marks.room < self._reserve:
            # Two in hand for each connection, and one that this turn may add.
            self._return(self._queue.take_all(), JOURNAL_FULL)

    def _return(self, envelopes: Iterable[Envelope], text: str) -> None:
        for envelope in envelopes:
            self.settled(Outcome(envelope.key, "returned", "queue", text=text))

    # Opening connections.

    def _open(self, now: float) -> None:
        if self._closing:
            return
        for _ in range(self._openings.wanted(len(self._lines), len(self._queue), now)):
            self._openings.under_way += 1
            task = asyncio.get_running_loop().create_task(self._open_one())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _open_one(self) -> None:
        error: RelayError | None = None
        try:
            line = await open_line(self.relay, self._context, self._timeouts)
        except RelayError as failure:
            error = failure
        finally:
            self._openings.under_way -= 1
        if error is not None:
            self._openings.failed(error, len(self._lines), time.monotonic())
        else:
            self._openings.succeeded()
            limit = self.relay.messages_per_connection
            connection = Connection(line, self, limit, self._timeouts)
            self._lines.add(connection)
            self.touched(connection)
        self._wake()

    async def _wait_until_deserted(self) -> None:
        # A server that never answers the end of TLS would keep its socket for half a minute.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(1.0, self._timeouts.goodbye)):
                while self._leaving:
                    self._deserted.clear()
                    await self._deserted.wait()
        for connection in list(self._leaving):
            connection.abort()
        # The loop calls back for a closed socket one turn later.
        await asyncio.sleep(0)

    # The clock: one timer for all connections, never one per message.

    def _arm(self, touched: list[Connection], now: float) -> None:
        lines = touched if self._timer is not None else self._lines
        when = min((line.deadline for line in lines), default=math.inf)
        when = min(when, self._queue.until)
        retry = None if self._closing else self._openings.retry_at(len(self._queue))
        if retry is not None:
            when = min(when, retry)
        if when < self._timer_at:
            if self._timer is not None:
                self._timer.cancel()
            delay = max(0.0, when - now)
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)
            self._timer_at = when

    def _tick(self) -> None:
        self._timer, self._timer_at = None, math.inf
        now = time.monotonic()
        for connection in list(self._lines):
            if connection.deadline <= now:
                connection.expire()
        self._return(self._queue.take_late(now), TOO_LATE)
        self._wake()
