"""`./run bench signup`: the public form, through gunicorn as production starts it.

On SQLite, then on PostgreSQL where there is one, each with a Redis of its own and the background
worker at work. What the answer costs for each kind of address, by turns: nobody can tell them
apart. Then two hundred sign-ups a second, and how many rows and mails came of them.

The rival in the same run is the usual form, that does everything before it answers: looks the
address up, writes the subscription and the proof, and writes the mail.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench.parts.machine import machine
from bench.parts.processes import cpu
from bench.parts.signups import Answer, always, burst, by_turns, endless, page_time
from bench.parts.table import Table
from mailer.embedded.parent import die_with
from tests.servers import Postgres, Redis, postgres_programs

#: Seconds that a process is given to start, and the worker to take what was written down.
_PATIENCE = 300.0


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=500, help="of each kind (default 500)")
    options.add_argument("--seconds", type=int, default=30, help="of the burst (default 30)")
    options.add_argument("--per-second", type=float, default=200.0)
    options.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    return options.parse_args()


def main() -> None:
    """Print a table for each database."""
    options = _options()
    if options.here:
        print(json.dumps(_measure(options)))
        return
    for name, told in _on_each(options):
        kinds = told["kinds"]
        rows = [[kind, f"{ms:.2f}", f"{spread:.2f}"] for kind, (ms, spread) in kinds.items()]
        rows.append(["all of it before the answer", f"{told['rival']:.2f}", "–"])
        print(f"\n{name}\n\n{Table(['sign-up of', 'median ms', 'p95 ms'], rows).plain()}\n")
        medians = [ms for ms, _ in kinds.values()]
        print(f"the medians differ by {max(medians) - min(medians):.2f} ms")
        print(f"answers that differ in a byte: {told['differing']}")
        print(f"rival / ours: {told['rival'] / median(medians):.1f}")
        print(f"the page: {told['page']:.2f} ms, the median of {options.times}")
        print(told["burst"], flush=True)
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    print(f"\n{options.times} of each kind. {machine()}. Load average {load}.")


def _on_each(options: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    with tempfile.TemporaryDirectory() as folder:
        yield "SQLite", _child(options, {"MAILER_DATA": folder, "DATABASE_URL": ""})
    if postgres_programs() is None:
        print("PostgreSQL is not here: left out.")
        return
    with tempfile.TemporaryDirectory() as folder, Postgres() as server:
        yield "PostgreSQL", _child(options, {"MAILER_DATA": folder, "DATABASE_URL": server.url})


def _child(options: argparse.Namespace, environment: dict[str, str]) -> dict[str, Any]:
    """The same in a process of its own, for Django knows one database."""
    words = [sys.executable, "-m", "bench.signup", "--here", f"--times={options.times}"]
    words += [f"--seconds={options.seconds}", f"--per-second={options.per_second}"]
    with Redis() as broker:
        settings = {
            "DJANGO_SETTINGS_MODULE": "mailer.settings",
            "REDIS_URL": broker.url,
            "SMTP_URL": "",
            "MAILER_LOG_LEVEL": "ERROR",
            # The limits are not what is measured; they are asked all the same.
            "MAILER_SIGNUPS_PER_NETWORK": "100000000",
            "MAILER_SIGNUPS_PER_HOUR": "100000000",
        }
        made = subprocess.run(
            words, env={**os.environ, **settings, **environment}, capture_output=True, text=True
        )
    if made.returncode:
        raise SystemExit(made.stderr)
    told: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return told


# -- In the process that knows one database ------------------------------------------------------


def _measure(options: argparse.Namespace) -> dict[str, Any]:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    _fill()
    with ExitStack() as stack:
        port, web = stack.enter_context(_web())
        page_time(port, 20)
        page = page_time(port, options.times)
        kinds = {
            "a new address": endless("new"),
            "a reader": always("known@readers.example.org"),
            "one who was asked": always("pending@readers.example.org"),
            "a suppressed one": always("suppressed@readers.example.org"),
            "a dead domain": always("amina@dead-domain.example.org"),
        }
        by_turns(port, kinds, 20)
        answers = by_turns(port, kinds, options.times)
        rival = _rival(options.times)
        _take_all()
        stack.enter_context(_worker())
        told = _burst(port, web, options)
    return {
        "page": page * 1000,
        "kinds": {kind: _figures(of) for kind, of in answers.items()},
        "differing": len({(a.status, a.head, a.body) for of in answers.values() for a in of}) - 1,
        "rival": rival * 1000,
        "burst": told,
    }


def _figures(answers: list[Answer]) -> tuple[float, float]:
    times = sorted(answer.seconds * 1000 for answer in answers)
    return median(times), times[int(len(times) * 0.95)]


def _fill() -> None:
    from mailer.subscribers.models import Suppression
    from tests.people import WEDNESDAY, reader

    reader("known@readers.example.org")
    reader("pending@readers.example.org", state="pending")
    Suppression.objects.create(
        email_key="suppressed@readers.example.org", reason="bounce", at=WEDNESDAY
    )


def _rival(times: int) -> float:
    """The median seconds of what the usual form does before it answers, HTTP left out."""
    from django.utils import timezone

    from mailer.subscribers import optin
    from mailer.subscribers.consents import Where

    _take_all()
    emails, took = endless("rival"), []
    for _ in range(min(times, 200)):
        began = time.perf_counter()
        now = timezone.now()
        optin.request(next(emails), "ar", "revue-de-presse", where=Where("/subscribe/"), now=now)
        optin.take_requests(now)
        took.append(time.perf_counter() - began)
    return median(took)


def _take_all() -> None:
    from django.utils import timezone

    from mailer.subscribers import optin

    while optin.take_requests(timezone.now()):
        pass


def _burst(port: int, web: int, options: argparse.Namespace) -> str:
    from mailer.letters.models import Letter
    from mailer.subscribers.models import SignupRequest

    rows, letters = SignupRequest.objects.count(), Letter.objects.count()
    people = endless("burst")
    emails = [next(people) for _ in range(int(options.seconds * options.per_second))]
    before = cpu(web)
    came = burst(port, emails, options.per_second)
    spent = cpu(web) - before
    written = SignupRequest.objects.count() - rows
    began = time.monotonic()
    while SignupRequest.objects.filter(taken_at=None).exists():
        if time.monotonic() > began + _PATIENCE:
            break
        time.sleep(0.2)
    mailed = Letter.objects.count() - letters
    return (
        f"{len(emails):,} sign-ups at {options.per_second:.0f} a second: {came.taken:,} answered"
        f" 303, {came.failed} not, in {came.seconds:.1f} s, {came.median * 1000:.1f} ms late in the"
        f" median, {came.worst * 1000:.0f} at the worst;\n{written:,} rows, {mailed:,} mails in the"
        f" outbox {time.monotonic() - began:.1f} s after the last; CPU of the web"
        f" {spent / len(emails) * 1000:.2f} ms each"
    )


@contextmanager
def _web() -> Iterator[tuple[int, int]]:
    from mailer.embedded.plan import python, web

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with _started(python(web(f"127.0.0.1:{port}"))) as pid:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield port, pid


@contextmanager
def _worker() -> Iterator[int]:
    from mailer.embedded.plan import background, python

    with _started(python(background())) as pid:
        time.sleep(5)
        yield pid


@contextmanager
def _started(words: tuple[str, ...]) -> Iterator[int]:
    log = Path(os.environ["MAILER_DATA"]) / f"{time.monotonic_ns()}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            words,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=die_with(os.getpid(), signal.SIGTERM),
        )
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
