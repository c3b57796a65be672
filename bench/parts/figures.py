"""From runs to the lines of a table: medians (pure)."""

from collections.abc import Callable
from statistics import median

from bench.parts.run import Run
from bench.parts.table import Table

YARDSTICK = "Postfix smtp-source -d"

_NEAR = [
    *("sender", "kB", "messages/s", "spread", "× smtp-source"),
    *("CPU-s per 1,000: sender", "PostgreSQL", "Redis", "sink", "sink busy", "peak MB"),
]
_FAR = ["sender", "connections", "messages/s per connection", "spread", "× smtp-source"]


def near(runs: dict[str, list[Run]]) -> Table:
    """What each sender does on this machine, and what it costs."""
    return Table(_NEAR, [_near(name, of, _ratio(runs, name)) for name, of in runs.items()])


def far(runs: dict[int, dict[str, list[Run]]]) -> Table:
    """What each sender does per connection, by the number of connections."""
    return Table(
        _FAR,
        [
            [
                name,
                str(connections),
                f"{_rate(of) / connections:.1f}",
                _spread([run.steady / connections for run in of], ".1f"),
                _ratio(by_name, name, steady=True),
            ]
            for connections, by_name in runs.items()
            for name, of in by_name.items()
        ],
    )


def _near(name: str, runs: list[Run], ratio: str) -> list[str]:
    def per_thousand(of: Callable[[Run], float]) -> str:
        return f"{median(of(run) / run.messages for run in runs) * 1000:.3f}"

    ledger = runs[0].database_cpu > 0
    return [
        name,
        f"{median(run.size for run in runs) / 1000:.1f}",
        f"{median(run.rate for run in runs):,.0f}",
        _spread([run.rate for run in runs], ",.0f"),
        ratio,
        per_thousand(lambda run: run.sender_cpu),
        per_thousand(lambda run: run.database_cpu) if ledger else "–",
        per_thousand(lambda run: run.redis_cpu) if ledger else "–",
        per_thousand(lambda run: run.sink_cpu),
        f"{median(run.sink_cpu / run.seconds for run in runs) * 100:.0f} %",
        f"{max(run.memory for run in runs):.0f}" if runs[0].memory else "–",
    ]


def _spread(rates: list[float], form: str) -> str:
    return f"{min(rates):{form}}–{max(rates):{form}}"


def _rate(runs: list[Run]) -> float:
    return median(run.steady for run in runs)


def _ratio(runs: dict[str, list[Run]], name: str, *, steady: bool = False) -> str:
    """The ratio of the medians; – where smtp-source is missing."""
    yardstick = next((of for known, of in runs.items() if known.startswith(YARDSTICK)), None)
    if yardstick is None:
        return "–"
    which: Callable[[Run], float] = (lambda run: run.steady) if steady else (lambda run: run.rate)
    ratio = median(map(which, runs[name])) / median(map(which, yardstick))
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.3f}"
