"""What a group of 2,000 recipients costs at the gate of the limits, and 50,000 answers the breaker.

    ./run bench pace

A Redis of its own, on a Unix socket; medians. Nothing else is touched.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from unittest.mock import patch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailer.settings")
os.environ["MAILER_DATA"] = tempfile.mkdtemp(prefix="mailer-bench-")

import django

django.setup()

from mailer.mailings import pace
from mailer.mailings.breaker import Breaker, Refusal
from mailer.mailings.retry import Kind
from tests.servers import Redis

GROUP, DOMAINS, ANSWERS, BATCH = 2000, 300, 50_000, 500
Row = tuple[str, str, Decimal]


def median(what: Callable[[], object], times: int) -> float:
    """Milliseconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        what()
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def gate(url: str, name: str, limits: list[Row], addresses: list[str]) -> None:
    """One line: a group under these limits."""
    with patch.object(pace, "_rows", lambda: limits):
        gate = pace.Pace(url)
        print(f"{name:<58} {median(lambda: gate.waits(addresses), 300):6.3f} ms")
        gate.close()


def answers(refused: float) -> list[tuple[list[str], list[Refusal]]]:
    """Batches of which a part are dead mailboxes, and a tenth of that part refused by policy."""
    chance, batches = random.Random(1), []
    for _ in range(ANSWERS // BATCH):
        accepted: list[str] = []
        refusals: list[Refusal] = []
        for _ in range(BATCH):
            domain, at = f"domain-{chance.randrange(DOMAINS)}.example", chance.random()
            if at < refused:
                kind = Kind.POLICY if at < refused / 10 else Kind.NO_MAILBOX
                refusals.append(Refusal(kind, domain, "550 5.1.1 no such user"))
            else:
                accepted.append(domain)
        batches.append((accepted, refusals))
    return batches


def breaker(name: str, batches: list[tuple[list[str], list[Refusal]]]) -> None:
    """One line: these answers through one breaker."""

    def run() -> None:
        one = Breaker()
        for accepted, refusals in batches:
            one.feed(accepted, refusals)

    print(f"{name:<58} {median(run, 20):6.2f} ms")


def main() -> None:
    """The table."""
    spread = [f"reader{n}@domain-{n % DOMAINS}.example" for n in range(GROUP)]
    one = [f"reader{n}@{'gmail.com' if n % 3 else 'example.org'}" for n in range(GROUP)]
    with Redis() as server:
        print(f"A group of {GROUP}:")
        gate(server.url, "no limit", [], spread)
        gmail: Row = ("domain", "gmail.com", Decimal(20))
        gate(server.url, "a limit of others", [gmail], spread)
        gate(server.url, "a limit of two thirds of it", [gmail], one)
        every: Row = ("domain", "*", Decimal(5))
        gate(server.url, f"a limit of each of its {DOMAINS} domains", [every], spread)
    print(f"{ANSWERS} answers, {BATCH} at a time:")
    breaker("all well", answers(0))
    breaker("one in nine refused", answers(1 / 9))


if __name__ == "__main__":
    main()
