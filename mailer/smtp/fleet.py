"""Several relays as if they were one: a pool each, before one common queue (an edge).

                 ┌─ part ─ pool ═ connections to the first relay
    submit ─▸ queue
                 └─ part ─ pool ═ connections to the second relay

Nothing waits for a certain relay: an envelope is in the common queue until a connection is ready
for it. So a relay that dies has nothing to give back but what it had begun, and one that is slow
keeps nobody else's mail waiting. Only what one relay cannot be given, for its size or its address,
then waits for another that may take it, and is refused when none can. The marks are common too: one
journal a process.
"""

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mailer.errors import RelayError
from mailer.smtp.envelope import NEEDS_8BITMIME, NEEDS_SMTPUTF8, TOO_LARGE, Envelope, Outcome
from mailer.smtp.marks import Marks
from mailer.smtp.pool import OnOutcomes, Pool
from mailer.smtp.queue import Queue
from mailer.smtp.relay import Relay
from mailer.smtp.timeouts import Timeouts
from mailer.smtp.weights import Turns, connections

#: What a server does not take and another may.
_ITS_OWN = frozenset({NEEDS_8BITMIME, NEEDS_SMTPUTF8, TOO_LARGE})


def way_out(
    relays: Sequence[Relay],
    *,
    on_outcomes: OnOutcomes,
    marks: Marks | None = None,
    timeouts: Timeouts | None = None,
) -> "Pool | Fleet":
    """The pool of one relay as it is, or the fleet of several."""
    if len(relays) == 1:
        return Pool(relays[0], on_outcomes=on_outcomes, marks=marks, timeouts=timeouts)
    return Fleet(relays, on_outcomes=on_outcomes, marks=marks, timeouts=timeouts)


class Fleet:
    """Sends envelopes through whichever relay is free; to its user it is a `Pool`."""

    def __init__(
        self,
        relays: Sequence[Relay],
        *,
        on_outcomes: OnOutcomes,
        marks: Marks | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._queue = Queue()
        #: What others could not be given, for each relay; and of each such key who they are.
        self._kept = [Queue() for _ in relays]
        self._unfit: dict[int, set[int]] = {}
        self._on_outcomes = on_outcomes
        self._marks = marks
        self._turns = Turns(relays)
        self._closing = self._held = False
        self._empty = asyncio.Event()
        counts = connections(relays)
        self._reserve = 3 * sum(counts)
        self._pools = [
            Pool(
                replace(relay, connections=count),
                on_outcomes=self._tell,
                marks=marks,
                timeouts=timeouts,
                queue=_Part(self, place),
                others=sum(counts) - count,
            )
            for place, (relay, count) in enumerate(zip(relays, counts, strict=True))
        ]

    @property
    def pending(self) -> int:
        """Envelopes submitted that have no outcome yet."""
        waiting = len(self._queue) + sum(map(len, self._kept))
        return waiting + sum(pool.pending for pool in self._pools)

    @property
    def unreachable(self) -> RelayError | None:
        """Why no relay can be used; None while one can, or has not been tried."""
        errors = [pool.unreachable for pool in self._pools]
        return errors[0] if all(errors) else None

    def submit(self, envelopes: Iterable[Envelope], *, not_after: float = math.inf) -> None:
        """Send these; what has not begun at `not_after` (monotonic seconds) is `returned`.

        While no relay can be reached, or the fleet is closed, all of them are, at once.
        """
        order = self._turns.order([pool.unreachable is None for pool in self._pools])
        self._pools[order[0]].submit(envelopes, not_after=not_after)
        for place in order[1:]:
            self._pools[place].submit(())  # it looks for what there is

    @property
    def pools(self) -> list[Pool]:
        """One for each relay, in their order."""
        return self._pools

    def hold(self, held: bool) -> None:
        """See `Pool.hold`."""
        self._held = held
        for pool in self._pools:
            pool.hold(held)

    async def drain(self) -> None:
        """Wait until every envelope submitted has had its outcome."""
        while self.pending:
            self._empty.clear()
            await self._empty.wait()

    async def close(self) -> None:
        """Finish what has begun, return the rest, leave every server; see `Pool.close`."""
        self._closing = True
        await asyncio.gather(*(pool.close() for pool in self._pools))

    def _tell(self, outcomes: list[Outcome]) -> None:
        if self._unfit:
            for one in outcomes:
                self._unfit.pop(one.key, None)
        try:
            self._on_outcomes(outcomes)
        finally:
            if not self.pending:
                self._empty.set()

    # What the parts ask.

    def take(self, place: int) -> tuple[Envelope, float] | None:
        """The next envelope, for the relay at this place."""
        if (taken := self._kept[place].take() or self._queue.take()) is not None:
            self._turns.took(place)
            self._pools[place].taken(1)
        return taken

    def pass_on(self, place: int, entry: tuple[Envelope, float], why: str) -> bool:
        """Keep what the relay at this place cannot be given for another, the reachable ones first.

        False when it has been offered to all of them, or would be as little to any other.
        """
        if why not in _ITS_OWN:
            return False
        envelope, not_after = entry
        unfit = self._unfit.setdefault(envelope.key, set())
        unfit.add(place)
        others = [other for other in range(len(self._pools)) if other not in unfit]
        if not others:
            return False
        to = min(others, key=lambda other: self._pools[other].unreachable is not None)
        self._kept[to].add([envelope], not_after)
        self._pools[place].taken(-1)
        self._pools[to].submit(())  # it looks for what there is
        return True

    def give_up(self, place: int) -> list[Envelope]:
        """All that wait, when no relay will take them; else what waits for this one alone, which
        cannot be used: the others will take the rest."""
        full = self._marks is not None and self._marks.room < self._reserve
        hopeless = self._closing or self._held or full or self.unreachable
        return self._passed(
            place,
            [*self._kept[place].take_all(), *(self._queue.take_all() if hopeless else [])],
        )

    def late(self, place: int, now: float) -> list[Envelope]:
        """Those whose time has passed: the first pool to notice returns them."""
        kept = self._kept[place].take_late(now)
        return self._passed(place, [*kept, *self._queue.take_late(now)])

    def waiting(self, place: int) -> tuple[int, float]:
        """How many wait for the relay at this place, or for any; the soonest time of one."""
        kept = self._kept[place]
        return len(self._queue) + len(kept), min(self._queue.until, kept.until)

    def add(self, envelopes: Iterable[Envelope], not_after: float) -> None:
        """Let these wait for whichever is free."""
        self._queue.add(envelopes, not_after)

    def _passed(self, place: int, envelopes: list[Envelope]) -> list[Envelope]:
        self._pools[place].taken(len(envelopes))
        return envelopes


class _Part:
    """The common queue as the pool at a place sees it."""

    def __init__(self, fleet: Fleet, place: int) -> None:
        self._fleet = fleet
        self._place = place

    @property
    def until(self) -> float:
        return self._fleet.waiting(self._place)[1]

    def __len__(self) -> int:
        return self._fleet.waiting(self._place)[0]

    def add(self, envelopes: Iterable[Envelope], not_after: float) -> int:
        self._fleet.add(envelopes, not_after)
        return 0  # in no pool's hands yet

    def take(self) -> tuple[Envelope, float] | None:
        return self._fleet.take(self._place)

    def pass_on(self, entry: tuple[Envelope, float], why: str) -> bool:
        return self._fleet.pass_on(self._place, entry, why)

    def take_all(self) -> list[Envelope]:
        return self._fleet.give_up(self._place)

    def take_late(self, now: float) -> list[Envelope]:
        return self._fleet.late(self._place, now)
