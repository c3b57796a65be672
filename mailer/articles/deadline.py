"""A bound on the whole of an exchange (edge): the timeouts of sockets bound each read only."""

import contextlib
import socket
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import TypeVar

_T = TypeVar("_T")


class Lines:
    """The open connections of one fetch, so that all can be cut at the end of its time.

    Duplicates of the sockets are kept: a TLS layer takes the original for itself, and shutting
    any duplicate down ends the line for every reader of it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: list[socket.socket] = []
        self._over = False

    def watch(self, line: socket.socket) -> None:
        """Keep this connection in view; it ends at once when the time is over already."""
        with self._lock:
            self._open.append(line.dup())
        if self._over:
            self.cut()

    def cut(self) -> None:
        """End every line; safe to call twice."""
        with self._lock:
            self._over = True
            for line in self._open:
                with contextlib.suppress(OSError):  # the other side was quicker
                    line.shutdown(socket.SHUT_RDWR)
                line.close()
            self._open.clear()


def within(seconds: float, lines: Lines, work: Callable[[], _T]) -> _T:
    """The work's result; TimeoutError after `seconds`, its lines being cut.

    The thread that is then left behind ends with its line, or when its name is resolved.
    """
    future: Future[_T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=run, name="fetch", daemon=True).start()
    try:
        return future.result(seconds)
    finally:
        lines.cut()
