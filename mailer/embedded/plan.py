"""The programs of the mailer, as words of a command line (pure).

`docker-compose.yml` starts the same ones; a test holds the two together.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

#: A worker's child that has grown past this is replaced after its task. KiB; the promise is 150 MB.
_CHILD_KIB = 140_000


@dataclass(frozen=True, slots=True)
class Program:
    """One program to keep running.

    `stdin` is given to it at its start. `rank` orders the end: the highest is told to stop first,
    and lower ones once it has gone. A program with `once` is not started again, and what it says
    goes to the console.
    """

    name: str
    command: tuple[str, ...]
    rank: int = 1
    stdin: str = ""
    once: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


def web(bind: str) -> tuple[str, ...]:
    """One process, eight threads: 120 MB resident. `bind` is `host:port`."""
    return (
        *("gunicorn", "mailer.wsgi", "--bind", bind, "--worker-class", "gthread"),
        *("--workers", "1", "--threads", "8", "--timeout", "60", "--graceful-timeout", "5"),
        # Its control socket would lie in the home directory, which may not exist.
        "--no-control-socket",
    )


def mailings(senders: int) -> tuple[str, ...]:
    """The worker of mailings: so many processes, that all send the same mailing together."""
    return _worker("mailings", "mailings", senders)


def background() -> tuple[str, ...]:
    """The worker of everything else, so that a letter never waits behind a mailing."""
    return _worker("background", "letters,press,clock", 2)


def _worker(name: str, queues: str, children: int) -> tuple[str, ...]:
    return (
        *("celery", "-q", "-A", "worker", "worker", "-n", f"{name}@%h", "-Q", queues),
        *("-c", str(children), "--max-memory-per-child", str(_CHILD_KIB), "--loglevel", "INFO"),
        # Workers have nothing to say to each other: the database decides.
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    )


def beat() -> tuple[str, ...]:
    """The clock's bell; it keeps no file, for times live in the database."""
    return ("celery", "-q", "-A", "worker", "beat", "--loglevel", "WARNING")


def watcher() -> tuple[str, ...]:
    """Who stays at the bounce box, where there is one, and takes what comes as it comes."""
    return ("mailer", "receive", "--stay")


def python(words: tuple[str, ...]) -> tuple[str, ...]:
    """The same words run by this very Python, whatever the PATH says."""
    return (sys.executable, "-m", *words)


def programs(port: int, senders: int, *, box: bool) -> list[Program]:
    """What every embedded service runs, besides its Redis and its catcher.

    `box`: whether there is a bounce box to stay at.
    """
    watching = [Program("mailbox", python(watcher()), rank=2)] if box else []
    return [
        *watching,
        Program("web", python(web(f"127.0.0.1:{port}")), rank=2),
        Program("mailings", python(mailings(senders)), rank=2),
        Program("background", python(background()), rank=2),
        Program("beat", python(beat()), rank=2),
    ]


def catcher(folder: Path, port: int) -> Program:
    """The local catcher: every mail ends in its folder."""
    words = ("mailer.catcher", "--folder", str(folder), "--port", str(port))
    return Program("catcher", python(words))
