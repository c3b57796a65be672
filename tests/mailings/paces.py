"""Workers, a queue and a shared pace in a time of their own: what a day of sending does in a blink.

The queue is the ledger's: whoever is due comes by (due, id); a worker takes a group, asks the pace
once, sends those who may go and puts the others back for when they were told.
"""

import heapq
import random
from collections import Counter
from dataclasses import dataclass, field

from mailer.mailings.limiting import SEEN
from mailer.mailings.limits import SECOND, Book, Rate, decide, new_book

#: As `send` takes them at most.
GROUP = 2000


def rate_of(per_second: float, key: str = "gmail.com") -> Rate:
    """A pace of a domain."""
    step = SECOND / per_second
    return Rate(key, step, step)


@dataclass
class World:
    """`rows` recipients of one domain. `gap`: seconds between two looks of a worker, at most.

    `stops` is how often a worker is away for up to twenty seconds after a look; `skews` are their
    clocks' errors. `flushes` and `changes` happen at their times, in seconds.
    """

    rows: int
    per_second: float
    gap: float = 0.5
    stops: float = 0.0
    skews: tuple[float, ...] = (0.0,)
    flushes: tuple[float, ...] = ()
    changes: tuple[tuple[float, float], ...] = ()
    seed: int = 0
    sent: dict[int, float] = field(default_factory=dict)
    put_back: Counter[int] = field(default_factory=Counter)
    #: By pace, the moments at which somebody was let through.
    passed: dict[Rate, list[float]] = field(default_factory=dict)
    #: When nothing more happened; and when somebody who then had them all due would have been
    #: through, at the same looks.
    calm: float = 0.0
    best: float = 0.0

    def run(self) -> "World":
        """Until everybody got the mail; fails when that takes an endless number of looks."""
        chance = random.Random(self.seed)
        happenings = self._happenings()
        self.calm = self.best = happenings[-1][0] if happenings else 0.0
        looks = [(chance.random() * self.gap, worker) for worker in range(len(self.skews))]
        heapq.heapify(looks)
        queue = _Queue(self.rows)
        memory, greedy = _Memory(), _Memory()
        rate, left = rate_of(self.per_second), -1
        for _ in range(1_000_000):
            at, worker = heapq.heappop(looks)
            while happenings and happenings[0][0] <= at:
                moment, what, figure = happenings.pop(0)
                if what == "flush":
                    memory.forget(moment)
                elif what == "change":
                    rate = rate_of(figure)
                else:
                    memory.era += 1
                    queue.let_go(moment)
            if left < 0 and not happenings:
                left, greedy = self.rows - len(self.sent), memory.copy()
            self._look(queue, memory, rate, at, self.skews[worker])
            if left > 0:
                left -= greedy.ask(rate, left, at)[0]
                self.best = at
            if len(self.sent) == self.rows:
                return self
            away = chance.random() * 20 if chance.random() < self.stops else 0.0
            heapq.heappush(looks, (at + away + chance.random() * self.gap, worker))
        raise AssertionError(f"only {len(self.sent)} of {self.rows} got the mail")

    def _happenings(self) -> list[tuple[float, str, float]]:
        """What happens when, in order: a change that is no slower lets go whoever waits."""
        told = [(at, "flush", 0.0) for at in self.flushes]
        before = self.per_second
        for at, per_second in self.changes:
            told.append((at, "change", per_second))
            if per_second >= before:
                told.append((at + SEEN.total_seconds(), "let go", 0.0))
            before = per_second
        return sorted(told)

    def _look(self, queue: "_Queue", memory: "_Memory", rate: Rate, at: float, skew: float) -> None:
        group = queue.due(at + skew)
        if not group:
            return
        go, wait = memory.ask(rate, len(group), at)
        self.passed.setdefault(rate, []).extend([at] * go)
        self.sent |= dict.fromkeys(group[:go], at)
        for number, one in enumerate(group[go:]):
            self.put_back[one] += 1
            queue.put_back(one, at + skew + wait + number * rate.lane / SECOND)

    @property
    def ended(self) -> float:
        """When the last one got the mail."""
        return max(self.sent.values())

    @property
    def claims(self) -> int:
        """How often a recipient was in a worker's hands, all together."""
        return self.rows + self.put_back.total()


class _Queue:
    def __init__(self, rows: int) -> None:
        self._waiting = [(0.0, one) for one in range(rows)]

    def due(self, now: float) -> list[int]:
        group = []
        while self._waiting and self._waiting[0][0] <= now and len(group) < GROUP:
            group.append(heapq.heappop(self._waiting)[1])
        return group

    def put_back(self, one: int, due: float) -> None:
        heapq.heappush(self._waiting, (due, one))

    def let_go(self, now: float) -> None:
        self._waiting = [(min(due, now), one) for due, one in self._waiting]
        heapq.heapify(self._waiting)


class _Memory:
    """What Redis keeps."""

    def __init__(self) -> None:
        self.forget(0.0)

    def forget(self, now: float) -> None:
        self.era = 0
        self._since = now * SECOND
        self._books: dict[str, Book] = {}

    def copy(self) -> "_Memory":
        made = _Memory()
        made.era, made._since, made._books = self.era, self._since, dict(self._books)
        return made

    def ask(self, rate: Rate, wanted: int, at: float) -> tuple[int, float]:
        book = self._books.get(rate.key) or new_book(rate, self._since, self.era)
        turn, self._books[rate.key] = decide(book, rate, wanted, at * SECOND, self.era)
        return turn.go, turn.wait / SECOND
