"""The data folder of a running service: its lock, and what other commands read about it."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailer.errors import N_, Refused


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold the data folder for this process. Raises Refused when another service holds it.

    A command that looks whether a service runs takes the lock for an instant: so this asks again
    for a second before it believes the answer.
    """
    with lock.open("a") as file:
        patience = time.monotonic() + 1
        while not _taken(file.fileno()):
            if time.monotonic() > patience:
                raise Refused(
                    N_(
                        "Another `mailer up` runs on %(folder)s. End it first, or name another "
                        "folder with MAILER_DATA."
                    ),
                    folder=str(lock.parent),
                )
            time.sleep(0.05)
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def announced(file: Path, told: dict[str, str | int]) -> Iterator[None]:
    """Write down `told` (url, smtp, redis, pid) for other commands; take it away at the end.

    For us alone to read: an address of a relay or of Redis may hold a password.
    """
    draft = file.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.chmod(0o600)
    draft.write_text(json.dumps(told, indent=1), encoding="utf-8")
    draft.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_must_be_free(port: int) -> None:
    """Raises Refused when another program listens on `port` of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            raise Refused(
                N_("Port %(port)s cannot be used (%(why)s). Choose another one with --port."),
                port=str(port),
                why=str(taken.strerror),
            ) from taken
