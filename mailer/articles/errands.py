"""Carrying out what visits ask (verb): one alone, or many side by side.

Only the waiting for answers happens in threads; every look into the database, every parse and
every decision happens in the one thread that calls. So a hundred slow servers cost a hundred idle
threads and one connection to the database.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from mailer.articles import turns
from mailer.articles.answers import Fetched
from mailer.articles.asking import Asking, Hop, Hops, Pointer, hops
from mailer.articles.door import Policy
from mailer.articles.fetch import fetch
from mailer.articles.guard import is_excepted
from mailer.errors import N_, FetchError

#: Requests in the air at once. A server that sends a byte a second holds one of them for 20 s.
WIDTH = 24
_LOOK_AGAIN = 0.25  # seconds between two looks at a host that is another process's
_PATIENCE = 60.0  # seconds that one visit alone waits for its host

_T = TypeVar("_T")
_R = TypeVar("_R")
_log = logging.getLogger(__name__)

Answer = Fetched | Pointer | FetchError


@dataclass(frozen=True, slots=True)
class Errand(Generic[_T]):
    """A visit, begun when its `host` is free; `begin` may find that it is not needed (None)."""

    host: str
    begin: Callable[[], Asking[_T] | None]


def alone(asking: Asking[_T], policy: Policy, *, patience: float = _PATIENCE) -> _T:
    """Carry out one visit, in this thread, waiting for each host's turn as long as `patience`."""
    steps = hops(asking, policy.seconds)
    try:
        hop = next(steps)
        while True:
            answer = _in_turn(hop, policy, patience)
            hop = steps.throw(answer) if isinstance(answer, FetchError) else steps.send(answer)
    except StopIteration as end:
        result: _T = end.value
        return result


def many(
    errands: Iterable[Errand[_T]], policy: Policy, *, until: float | None = None
) -> Iterator[_T]:
    """Carry out many visits side by side; what each returned, as they end.

    After `until` (monotonic seconds) none is begun any more, and those that are begun are ended.
    A visit that fails in a way nobody foresaw is logged and ends; the others go on.
    """
    run = _Run[_T](errands, policy, until)
    with ThreadPoolExecutor(WIDTH, thread_name_prefix="errand") as pool:
        yield from run.results(pool)


def host_of(url: str) -> str:
    """The host whose turn a request to `url` needs; empty for a file."""
    try:
        return (urlsplit(url).hostname or "")[:255]
    except ValueError:
        return ""


def _in_turn(hop: Hop, policy: Policy, patience: float) -> Answer:
    host = host_of(hop.url)
    if not host:
        return _asked(hop, policy)[0]
    end = time.monotonic() + patience
    while (held := turns.take(host)) is None:
        left = end - time.monotonic()
        if left <= 0:
            return _busy(host)
        time.sleep(min(max(turns.wait_for(host), 0.01), _LOOK_AGAIN, left))
    answer, pause = _asked(hop, policy)
    turns.give_back(host, held, pause)
    return answer


def _asked(hop: Hop, policy: Policy) -> tuple[Answer, timedelta]:
    """The answer, and how long its host is left alone now: an exception of ours needs no pause."""
    try:
        excepted = is_excepted(hop.url, policy.allowed)
    except ValueError:
        excepted = False
    pause = timedelta() if excepted else turns.PAUSE
    try:
        return fetch(hop, policy=policy, now=timezone.now()), pause
    except FetchError as refusal:
        return refusal, pause


def _busy(host: str) -> FetchError:
    return FetchError(
        N_("%(host)s is being asked by another visit at this moment. Try again in a minute."),
        host=host,
    )


@dataclass(slots=True)
class _Step(Generic[_T]):
    """A visit that waits to send its next request, at `at` (monotonic seconds) at the earliest."""

    steps: Hops[_T]
    hop: Hop
    at: float = 0.0


class _Run(Generic[_T]):
    """Many visits under way. What waits is looked at whenever an answer or a turn comes."""

    def __init__(self, errands: Iterable[Errand[_T]], policy: Policy, until: float | None) -> None:
        self._errands = deque(errands)
        self._policy, self._until = policy, until
        self._waiting: deque[_Step[_T]] = deque()
        self._flying: dict[Future[tuple[Answer, timedelta]], tuple[_Step[_T], str, datetime | None]]
        self._flying = {}
        self._done: deque[_T] = deque()

    def results(self, pool: ThreadPoolExecutor) -> Iterator[_T]:
        while True:
            self._begin()
            self._send(pool)
            while self._done:
                yield self._done.popleft()
            if self._flying:
                self._land(_LOOK_AGAIN if self._waiting else 1.0)
            elif self._waiting:
                time.sleep(max(0.0, min(_LOOK_AGAIN, self._soonest() - time.monotonic())))
            elif not self._errands:
                return

    def _is_over(self) -> bool:
        return self._until is not None and time.monotonic() > self._until

    def _soonest(self) -> float:
        return min(step.at for step in self._waiting)

    def _begin(self) -> None:
        """Begin visits while there is room for them, to hosts that no visit of ours is at."""
        if self._is_over():
            self._errands.clear()
        at = {host_of(step.hop.url) for step in self._waiting}
        at |= {host for _, host, _ in self._flying.values()}
        left: deque[Errand[_T]] = deque()
        while self._errands and len(self._flying) + len(self._waiting) < WIDTH:
            errand = self._errands.popleft()
            if errand.host in at:
                left.append(errand)
                continue
            at.add(errand.host)
            self._first(errand)
        self._errands.extendleft(reversed(left))

    def _first(self, errand: Errand[_T]) -> None:
        """Begin a visit as far as its first request."""
        asking = self._guarded(errand.begin)
        if asking is None:
            return
        steps = hops(asking, self._policy.seconds)
        hop = self._guarded(partial(next, steps))
        if hop is not None:
            self._waiting.append(_Step(steps, hop))

    def _send(self, pool: ThreadPoolExecutor) -> None:
        """Send what waits, where its host's turn is to be had."""
        now = time.monotonic()
        for _ in range(len(self._waiting)):
            step = self._waiting.popleft()
            host = host_of(step.hop.url)
            held = turns.take(host) if host and step.at <= now else None
            if host and held is None:
                step.at = max(step.at, now + min(_LOOK_AGAIN, turns.wait_for(host)))
                self._waiting.append(step)
                continue
            future = pool.submit(_asked, step.hop, self._policy)
            self._flying[future] = (step, host, held)

    def _land(self, seconds: float) -> None:
        """Take the answers that have come, waiting for the first, and go on with their visits."""
        for future in wait(self._flying, seconds, FIRST_COMPLETED).done:
            step, host, held = self._flying.pop(future)
            answer, pause = future.result()
            if held is not None:
                turns.give_back(host, held, pause)
            hop = self._guarded(partial(_resumed, step, answer))
            if hop is not None:
                self._waiting.append(_Step(step.steps, hop))

    def _guarded(self, go_on: Callable[[], _R | None]) -> _R | None:
        """What comes of it; None at a visit's end, whose result is kept, or where it crashed."""
        try:
            return go_on()
        except StopIteration as end:
            self._done.append(end.value)
        except (OperationalError, InterfaceError):
            raise  # the database is gone: nothing can go on
        except Exception:
            _log.exception("a visit failed")
        return None


def _resumed(step: _Step[_T], answer: Answer) -> Hop:
    return step.steps.throw(answer) if isinstance(answer, FetchError) else step.steps.send(answer)
