"""A PostgreSQL and a Redis of one's own, to be measured, killed and started again.

    with Postgres() as database, Redis() as broker:
        ...database.url, broker.url...
        database.kill(); database.start()

Each lives in a temporary folder and on sockets there: nothing of the machine's own is touched.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg
import redis

from mailer.embedded import redis as bundled

#: What a server is given to answer after its start, in seconds.
_PATIENCE = 60.0
_CONFIG = """\
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 60
shared_buffers = '256MB'
logging_collector = off
log_min_messages = 'fatal'
"""


def postgres_programs() -> Path | None:
    """The folder of the newest `initdb` and `postgres` on this machine; None without one."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parts[-2])
    return folders[-1] if folders else None


class Postgres:
    """A cluster of one's own; `url` names its database `mailer`, which is there and empty.

    `settings` are lines of postgresql.conf. A root's cluster is run by the user `postgres`, for
    PostgreSQL refuses root. Raises FileNotFoundError where PostgreSQL is not installed.
    """

    def __init__(self, settings: str = "") -> None:
        programs = postgres_programs()
        if programs is None:
            raise FileNotFoundError("PostgreSQL's initdb is not on this machine")
        self._programs = programs
        self._settings = settings
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="mailer-pg-"))
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its DATABASE_URL."""
        return f"postgres://postgres@{quote(str(self._folder), safe='')}/mailer"

    @property
    def pid(self) -> int:
        """The process all its others are children of."""
        assert self._server is not None
        return self._server.pid

    def __enter__(self) -> Self:
        cluster = self._folder / "data"
        if self._user:
            os.chown(self._folder, pwd.getpwnam(self._user).pw_uid, -1)
        words = ["initdb", "-D", str(cluster), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        self._run(*words, "--locale=C.UTF-8", "--no-sync")
        with (cluster / "postgresql.conf").open("a", encoding="utf-8") as config:
            config.write(_CONFIG.format(folder=self._folder) + self._settings)
        self.start()
        with psycopg.connect(self._maintenance, autocommit=True) as line:
            line.execute("CREATE DATABASE mailer")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._server = subprocess.Popen(
            [self._programs / "postgres", "-D", str(self._folder / "data")],
            user=self._user,
            group=self._user,
            cwd=self._folder,
            stderr=subprocess.DEVNULL,
        )
        _until(self._answers)

    def stop(self) -> None:
        """Close it down at once, cutting every connection."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Let it die as by a power cut, but for the disk: it recovers at its next start."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(_PATIENCE)
            self._server = None

    @property
    def _maintenance(self) -> str:
        return f"host={self._folder} user=postgres dbname=postgres"

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._maintenance, connect_timeout=2):
                return True
        except psycopg.Error:
            return False

    def _run(self, *words: str) -> None:
        program = self._programs / words[0]
        subprocess.run(
            [program, *words[1:]],
            user=self._user,
            group=self._user,
            cwd=self._folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )


class Redis:
    """A Redis of one's own, the one that `mailer up` starts; `url` is its REDIS_URL."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="mailer-redis-"))
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its REDIS_URL."""
        return f"unix://{self._folder}/s/redis.sock"

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._server is not None
        return self._server.pid

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Stop it, and leave nothing of it."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        program = bundled.program(self._folder / "s" / "redis.sock", self._folder / "data")
        self._server = subprocess.Popen(
            program.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        if self._server.stdin:
            self._server.stdin.write(program.stdin.encode())
            self._server.stdin.close()
        _until(self._answers)

    def kill(self) -> None:
        """End it by -9."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def flush(self) -> None:
        """Let it forget everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def _until(answers: Callable[[], bool]) -> None:
    give_up = time.monotonic() + _PATIENCE
    while not answers():
        if time.monotonic() > give_up:
            raise TimeoutError("the server does not answer")
        time.sleep(0.02)
