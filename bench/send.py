"""`./run bench send`: ours against Postfix's smtp-source and Django's send_mass_mail.

By turns in one run, into one sink (sink.c), 10 connections; medians of the rounds. Ours is measured
end to end: a Celery worker, a ledger in PostgreSQL written before and after each mail, real
templates in three languages; from the doorbell until the ledger says that all are sent.
"""

import argparse
from collections.abc import Callable
from statistics import median

from bench.parts.ground import Ground, Sheet
from bench.parts.machine import machine
from bench.parts.rivals import MassMail, Ours, Rival, Run, SmtpSource
from bench.parts.table import Table
from bench.parts.worker import Worker
from bench.sink import Sink

CONNECTIONS = 10
#: Django sends some hundred a second: so many mails tell its pace as well.
MASS_MAILS = 1000


def rounds(
    rivals: list[tuple[Rival, int]], sheet: Sheet, count: int, tell: Callable[[str], None]
) -> dict[str, list[Run]]:
    """Each rival in turn, `count` times over, its own number of mails each time."""
    runs: dict[str, list[Run]] = {rival.name: [] for rival, _ in rivals}
    for number in range(count):
        for rival, messages in rivals:
            run = rival.run(sheet, messages)
            runs[rival.name].append(run)
            tell(f"  round {number + 1}: {rival.name:<24} {run.rate:9,.0f} messages/s")
    return runs


def row(name: str, runs: list[Run], yardstick: list[Run]) -> list[str]:
    """A line of the table: medians."""

    def per_thousand(of: Callable[[Run], float]) -> str:
        return f"{median(of(run) / run.messages for run in runs) * 1000:.3f}"

    rates = [run.rate for run in runs]
    ours = runs[0].database_cpu > 0
    ratio = median(rates) / median(run.rate for run in yardstick) if yardstick else None
    return [
        name,
        f"{median(rates):,.0f}",
        f"{min(rates):,.0f}–{max(rates):,.0f}",
        "–" if ratio is None else f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.3f}",
        per_thousand(lambda run: run.sender_cpu),
        per_thousand(lambda run: run.database_cpu) if ours else "–",
        per_thousand(lambda run: run.redis_cpu) if ours else "–",
        per_thousand(lambda run: run.sink_cpu),
        f"{median(run.sink_cpu / run.seconds for run in runs) * 100:.0f} %",
        f"{max(run.memory for run in runs):.0f}" if runs[0].memory else "–",
    ]


HEAD = [
    "sender",
    "messages/s",
    "spread",
    "× smtp-source",
    "CPU-s per 1,000: sender",
    "PostgreSQL",
    "Redis",
    "sink",
    "sink busy",
    "peak MB",
]


def _tell(line: str) -> None:
    print(line, flush=True)


def _silence(_: str) -> None:
    pass


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--messages", type=int, default=50_000, help="a round (default 50,000)")
    options.add_argument("--sizes", default="20000,60000", help="bytes (default 20000,60000)")
    options.add_argument("--without-django", action="store_true", help="it takes the most time")
    options.add_argument("--markdown", action="store_true", help="print tables alone, to keep")
    return options.parse_args()


def _rivals(
    options: argparse.Namespace, sink: Sink, ground: Ground, worker: Worker
) -> list[tuple[Rival, int]]:
    rivals: list[tuple[Rival, int]] = []
    if SmtpSource.program():
        rivals.append((SmtpSource(sink, CONNECTIONS), options.messages))
    if not options.without_django:
        rivals.append((MassMail(sink, ground.folder), min(MASS_MAILS, options.messages)))
    return [*rivals, (Ours(sink, ground, worker), options.messages)]


def main() -> None:
    """Print a table for each size."""
    options = _options()
    tell = _silence if options.markdown else _tell
    with Sink() as sink, Ground() as ground:
        relay = f"smtp://127.0.0.1:{sink.port}?connections={CONNECTIONS}"
        if not SmtpSource.program():
            tell("smtp-source is not here (apt install postfix): the ratio is left out")
        with Worker(relay, ground.folder) as worker:
            rivals = _rivals(options, sink, ground, worker)
            for size in map(int, options.sizes.split(",")):
                sheet = ground.sheet(size)
                tell(f"{sheet.articles} articles in three languages: {sheet.size:,} bytes a mail")
                # The worker loads its stages and opens its connections before any clock starts.
                Ours(sink, ground, worker).run(sheet, 500)
                runs = rounds(rivals, sheet, options.rounds, tell)
                _print(runs, options)
    print(f"\n{machine()}")


def _print(runs: dict[str, list[Run]], options: argparse.Namespace) -> None:
    yardstick = runs.get("Postfix smtp-source -d", [])
    table = Table(HEAD, [row(name, of, yardstick) for name, of in runs.items()])
    ours = runs["the mailer"]
    size = median(run.size for run in ours)
    print(f"\n{size / 1000:.1f} kB a mail, {CONNECTIONS} connections, {options.rounds} rounds\n")
    print(table.markdown() if options.markdown else table.plain())
    print(f"\nFan-out: {median(run.fan_out for run in ours):,.0f} rows/s.")


if __name__ == "__main__":
    main()
