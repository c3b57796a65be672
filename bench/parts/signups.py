"""Strangers at the sign-up form: one after the other, and two hundred a second."""

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from statistics import median
from urllib.parse import urlencode

#: Connections that a burst is sent over: each waits for its answer.
_CONNECTIONS = 16
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: all of it that a stranger sees, and the seconds it took."""

    status: int
    head: str
    body: bytes
    seconds: float


class Door:
    """The web process at a port of this machine, over one connection that stays open."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def get(self, path: str) -> Answer:
        """Fetch a page."""
        return self._ask("GET", path, None)

    def sign_up(self, email: str) -> Answer:
        """Fill in the form."""
        return self._ask("POST", "/subscribe/", urlencode({"email": email, "language": "ar"}))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        for last in (False, True):
            began = time.perf_counter()
            try:
                self._line.request(method, path, body, _FORM if body else {})
                came = self._line.getresponse()
                text = came.read()
            except (http.client.HTTPException, OSError):
                # The server ends a connection that has been still for two seconds.
                self._line.close()
                if last:
                    raise
                continue
            took = time.perf_counter() - began
            # The date is the one thing that differs between two answers.
            head = sorted(pair for pair in came.getheaders() if pair[0].lower() != "date")
            return Answer(came.status, str(head), text, took)
        raise AssertionError


def by_turns(port: int, kinds: dict[str, Iterator[str]], times: int) -> dict[str, list[Answer]]:
    """So many sign-ups of each kind of address, by turns."""
    told: dict[str, list[Answer]] = {kind: [] for kind in kinds}
    with closing(Door(port)) as door:
        for _ in range(times):
            for kind, emails in kinds.items():
                told[kind].append(door.sign_up(next(emails)))
    return told


def page_time(port: int, times: int) -> float:
    """The median seconds of the sign-up page."""
    with closing(Door(port)) as door:
        return median(door.get("/subscribe/?lang=ar").seconds for _ in range(times))


@dataclass(frozen=True, slots=True)
class Burst:
    """What a burst came to: answers that were 303, the others, and how late the answers were."""

    taken: int
    failed: int
    seconds: float
    median: float
    worst: float


def burst(port: int, emails: Sequence[str], per_second: float) -> Burst:
    """Sign these up at a pace, whatever the answers take: who is late does not slow the others."""
    began = time.perf_counter()
    due = [began + number / per_second for number in range(len(emails))]
    late: list[float] = []
    failed: list[str] = []
    lock, turn = threading.Lock(), iter(zip(due, emails, strict=True))

    def ask() -> None:
        with closing(Door(port)) as door:
            while True:
                with lock:
                    at, email = next(turn, (0.0, ""))
                if not email:
                    return
                time.sleep(max(0.0, at - time.perf_counter()))
                try:
                    answer = door.sign_up(email)
                except (http.client.HTTPException, OSError) as error:
                    failed.append(str(error))
                    continue
                if answer.status == 303:
                    late.append(time.perf_counter() - at)
                else:
                    failed.append(str(answer.status))

    threads = [threading.Thread(target=ask) for _ in range(_CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return Burst(len(late), len(failed), seconds, median(late or [0]), max(late, default=0))


def endless(name: str) -> Iterator[str]:
    """Addresses that nobody has used."""
    return (f"{name}{number}@readers.example.org" for number in range(10**9))


def always(email: str) -> Iterator[str]:
    """One address again and again."""
    return cycle([email])
