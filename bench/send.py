"""`./run bench send`: ours against Postfix's smtp-source and Django's send_mass_mail.

By turns in one run, into one sink (sink.c); medians of the rounds. Ours is measured end to end: a
Celery worker, a ledger in PostgreSQL written before and after each mail, real templates in three
languages; from the doorbell until the ledger says that all are sent. First on loopback, for each
size; then 20 and 50 ms away, per connection; then with STARTTLS and AUTH.
"""

import argparse
import tempfile
from pathlib import Path
from statistics import median

from bench import sink
from bench.parts import figures, scenes
from bench.parts.ground import Ground
from bench.parts.machine import machine
from bench.parts.rivals import SmtpSource
from bench.parts.table import Table

SCENES = ("near", "far", "tls")
SIZES = (20_000, 60_000)
DISTANCES = (20, 50)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--messages", type=int, default=50_000, help="a round (default 50,000)")
    options.add_argument("--sizes", type=_numbers, default=SIZES, help="bytes, by commas")
    options.add_argument("--only", choices=SCENES, action="append", help="one of the three scenes")
    options.add_argument("--without-django", action="store_true", help="it takes the most time")
    options.add_argument("--markdown", action="store_true", help="print the tables alone")
    return options.parse_args()


def _tell(line: str) -> None:
    print(line, flush=True)


def _keep_silent(_: str) -> None:
    """For tables that are to be kept."""


def main() -> None:
    """Print a table for each scene."""
    options = _options()
    tell = _keep_silent if options.markdown else _tell
    chosen = options.only or SCENES
    if SmtpSource.program() is None:
        tell("smtp-source is not here (apt install postfix): it is left out, and the ratio to it.")
    with Ground() as ground:
        play = scenes.Play(
            ground, options.rounds, options.messages, not options.without_django, tell
        )
        if "near" in chosen:
            for size in options.sizes:
                _near(play, size, options)
        if "far" in chosen:
            for distance in DISTANCES:
                _far(play, distance, options)
        if "tls" in chosen:
            _tls(play, options)
    print(f"\n{options.rounds} rounds. {machine()}.")


def _near(play: scenes.Play, size: int, options: argparse.Namespace) -> None:
    sheet = play.ground.sheet(size)
    play.tell(f"On loopback, {sheet.articles} articles a language, {sheet.size:,} bytes a mail:")
    runs = scenes.near(play, sheet)
    fan_out = median(run.fan_out for run in runs["the mailer"])
    _print(f"On loopback, {size // 1000} kB", figures.near(runs), options)
    print(f"\nFan-out: {fan_out:,.0f} rows/s, {options.messages:,} at once.")


def _far(play: scenes.Play, milliseconds: int, options: argparse.Namespace) -> None:
    sheet = play.ground.sheet(options.sizes[0])
    play.tell(f"{milliseconds} ms away:")
    round_trip, runs = scenes.far(play, sheet, milliseconds)
    title = (
        f"{milliseconds} ms away (measured: {round_trip * 1000:.1f}), {options.sizes[0] // 1000} kB"
    )
    _print(title, figures.far(runs), options)


def _tls(play: scenes.Play, options: argparse.Namespace) -> None:
    from tests.fakes.certificate import self_signed

    if not sink.can_tls():
        play.tell("OpenSSL's headers are not here (apt install libssl-dev): TLS is left out.")
        return
    with tempfile.TemporaryDirectory() as folder:
        sheet = play.ground.sheet(options.sizes[0])
        play.tell("With STARTTLS and AUTH:")
        runs = scenes.secure(play, sheet, self_signed(Path(folder)))
    _print(f"With STARTTLS and AUTH, {options.sizes[0] // 1000} kB", figures.near(runs), options)


def _print(title: str, table: Table, options: argparse.Namespace) -> None:
    if options.markdown:
        print(f"\n### {title}\n\n{table.markdown()}")
    else:
        print(f"\n{title}\n\n{table.plain()}\n")


if __name__ == "__main__":
    main()
