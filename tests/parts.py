"""`./run test`: the same tests on two pairs of parts, side by side.

    SQLite      and the bundled Redis, started here
    PostgreSQL  and Redis, where DATABASE_URL and REDIS_URL or this machine's servers offer them

A test that the database does not concern runs in one half alone: tests/halves.py says in which.
Nothing of the machine's own is touched: a database with a name of its own, dropped at the end; a
Redis database that was empty, emptied again. What is not there is said in words.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from mailer.errors import MailerError
from tests.halves import HALVES, VARIABLE
from tests.servers import Redis

_NAME = f"mailer_run_{os.getpid()}"
_POSTGRES = ("postgres://postgres@127.0.0.1:5432/", "postgres://%2Fvar%2Frun%2Fpostgresql/")
#: What a half is not given: being a half, when this run is itself a test of one; and that nothing
#: compiled be kept, for the product's processes start some hundred times and would compile it each.
_WITHHELD = (VARIABLE, "PYTHONDONTWRITEBYTECODE")
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in _WITHHELD}
_SUMMARY = re.compile(r"(\d+) (passed|failed|errors?|skipped)\b")


@dataclass(frozen=True)
class Parts:
    """A pair of parts, by the names the settings know."""

    name: str
    environment: dict[str, str]


@contextmanager
def own_redis() -> Iterator[str | None]:
    """The bundled Redis on a socket in a folder of its own; None where there is no server."""
    try:
        server = Redis()
        server.start()
    except MailerError as missing:
        print(missing, flush=True)
        yield None
        return
    try:
        yield server.url
    finally:
        server.end()


@contextmanager
def shared_redis() -> Iterator[str | None]:
    """A database, empty until now, of the Redis server that is named or runs here."""
    given = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379"
    server = urlunsplit(urlsplit(given)._replace(path="")) if given.startswith("redis") else given
    number = next((free for free in range(15, 0, -1) if _claim(f"{server}/{free}")), None)
    if number is None:
        print("Redis: no server, or no empty database of it, at", server, flush=True)
        yield None
        return
    try:
        yield f"{server}/{number}"
    finally:
        with redis.Redis.from_url(f"{server}/{number}") as client:
            client.flushdb()


def _claim(url: str) -> bool:
    """Take a Redis database if nothing is in it: the key is set by one of two who ask at once."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2) as client:
            return client.dbsize() == 0 and bool(client.set("tests-run-here", 1, nx=True, ex=7200))
    except redis.RedisError:
        return False


@contextmanager
def postgresql() -> Iterator[str | None]:
    """The URL of a database name nobody has; the tests create it, and it is dropped here."""
    given = os.environ.get("DATABASE_URL", "")
    places = (given,) if given.startswith("postgres") else _POSTGRES
    server = next((place for place in places if _may_create(place)), None)
    if server is None:
        print("PostgreSQL: no server that lets us create a database was found.", flush=True)
        yield None
        return
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{_NAME}"))
    finally:
        with psycopg.connect(_maintenance(server), autocommit=True) as line:
            for (name,) in line.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"test_{_NAME}"]
            ).fetchall():
                line.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def _maintenance(server: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path="/postgres"))


def _may_create(server: str) -> bool:
    ask = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    try:
        with psycopg.connect(_maintenance(server), connect_timeout=3) as line:
            row = line.execute(ask).fetchone()
            return bool(row and row[0])
    except psycopg.Error:
        return False


def _pairs(stack: ExitStack) -> list[Parts]:
    pairs = []
    if (url := stack.enter_context(own_redis())) is not None:
        pairs.append(Parts("SQLite, bundled Redis", {"DATABASE_URL": "", "REDIS_URL": url}))
    database = stack.enter_context(postgresql())
    shared = stack.enter_context(shared_redis())
    if database and shared:
        pairs.append(Parts("PostgreSQL, Redis", {"DATABASE_URL": database, "REDIS_URL": shared}))
    else:
        print("Skipped: the tests on PostgreSQL and Redis, for the reason above.", flush=True)
    return _halves(pairs)


def _halves(pairs: list[Parts]) -> list[Parts]:
    """Both told which half they are; one that is alone runs everything."""
    if len(pairs) < len(HALVES):
        return pairs
    return [
        Parts(parts.name, {**parts.environment, VARIABLE: str(half)})
        for half, parts in zip(HALVES, pairs, strict=True)
    ]


def _start(parts: Parts, log: Path, words: list[str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "pytest", *words],
            env={**_ENVIRONMENT, **parts.environment},
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def _follow(process: subprocess.Popen[bytes], log: Path) -> int:
    """Copy a run's log to the console while it grows; returns its exit code."""
    with log.open("rb") as text:
        while True:
            ended = process.poll() is not None
            sys.stdout.buffer.write(text.read())
            sys.stdout.flush()
            if ended:
                return process.returncode
            time.sleep(0.2)


def outcome(text: str) -> tuple[list[str], str]:
    """Of the text of a run: the lines that name what failed, and the last one, its summary."""
    # pytest names them under this title; what a test logged may begin with the same words.
    named = text.rpartition("short test summary info")[2].rstrip().split("\n")
    return [line for line in named if line.startswith(("FAILED ", "ERROR "))], named[-1]


def _add(summary: str, sums: dict[str, int]) -> None:
    for count, kind in _SUMMARY.findall(summary):
        kind = "failed" if kind.startswith("error") else kind
        sums[kind] = sums.get(kind, 0) + int(count)


def main(words: list[str]) -> int:
    """Run all pairs; the last line sums them up. Returns 0, or 1 when a test failed."""
    sums = {"passed": 0, "failed": 0}
    codes = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailer-run-")))
        pairs = _pairs(stack)
        logs = [folder / f"{number}.log" for number in range(len(pairs))]
        # Both at once: a pair waits for its servers half of the time, and a machine has two cores.
        started = [_start(parts, log, words) for parts, log in zip(pairs, logs, strict=True)]
        for parts, process, log in zip(pairs, started, logs, strict=True):
            print(f"== {parts.name}", flush=True)
            codes.append(_follow(process, log))
        for parts, log in zip(pairs, logs, strict=True):
            failed, summary = outcome(log.read_text(errors="replace"))
            for line in (*failed, summary):
                print(f"{parts.name}: {line}", flush=True)
            _add(summary, sums)
    print(", ".join(f"{count} {kind}" for kind, count in sums.items()), flush=True)
    # 5 means that the words chose no test here (one told of PostgreSQL alone).
    return 0 if codes and set(codes) <= {0, 5} and 0 in codes else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
