"""Wrapping the product's functions from outside, counting, and acting at the n-th passing.

The product has no hook for this. A point is acted upon in the thread that passes it, with the
interpreter's lock held: no other thread of the process runs a line between.
"""

import os
import signal
import sys
import threading
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from itertools import count
from time import monotonic as _monotonic
from time import sleep
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

if TYPE_CHECKING:
    from tests.faults.points import Wrap

_NO_WRITES = ("SELECT", "BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA", "SHOW")


class MissingNameError(Exception):
    """A name in `points.py` is no more: the suite would test nothing there."""


def find(target: str) -> tuple[Any, str, Any]:
    """Who holds `module:name` or `module:Class.name`, its name there, and what it is."""
    module, _, path = target.partition(":")
    *holders, name = path.split(".")
    owner: Any = import_module(module)
    try:
        for holder in holders:
            owner = getattr(owner, holder)
        return owner, name, getattr(owner, name)
    except AttributeError as error:
        raise MissingNameError(f"{target} is no more: see tests/faults/points.py") from error


def replace(target: str, value: Any) -> None:
    """Put `value` there, and wherever the product has imported that function by its name."""
    owner, name, before = find(target)
    setattr(owner, name, value)
    if callable(before):
        for module in [m for key, m in sys.modules.items() if key.startswith("mailer.")]:
            for alias, held in list(vars(module).items()):
                if held is before:
                    setattr(module, alias, value)


class Watch:
    """Counts the points that a process passes, and acts at the n-th passing of one."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._counters: defaultdict[str, count[int]] = defaultdict(lambda: count(1))
        self._aim: tuple[str, int] = "", 0
        self._act: Callable[[str, int], None] = lambda point, n: None
        self._stacks: defaultdict[int, list[str]] = defaultdict(list)

    def install(self, wraps_: "tuple[Wrap, ...]") -> None:
        """Wrap them all, and the database's commits."""
        for wrap in wraps_:
            self._wrap(wrap)
        self._watch_commits()

    def aim(self, point: str, n: int, act: Callable[[str, int], None]) -> None:
        """`act` is called with the point and n, once."""
        self._aim, self._act = (point, n), act

    def hit(self, name: str) -> None:
        """This point is passed."""
        n = self.counts[name] = next(self._counters[name])
        if (name, n) == self._aim:
            self._act(name, n)

    def wait_for_others(self) -> None:
        """Until no other thread is within a verb, and so within a transaction.

        Whoever stands still should hold no lock of the database but those of its own point.
        """
        me, end = threading.get_ident(), _monotonic() + 1
        while any(stack for thread, stack in list(self._stacks.items()) if thread != me):
            if _monotonic() > end:
                return
            sleep(0.0002)

    @property
    def _verbs(self) -> list[str]:
        return self._stacks[threading.get_ident()]

    def _wrap(self, wrap: "Wrap") -> None:
        _, _, original = find(wrap.target)

        @wraps(original)
        def passing(*words: Any, **named: Any) -> Any:
            if wrap.within and wrap.within not in self._verbs:
                return original(*words, **named)
            after = wrap.after(*words) if callable(wrap.after) else wrap.after
            if wrap.before:
                self.hit(wrap.before)
            if wrap.verb:
                self._verbs.append(wrap.verb)
            try:
                result = original(*words, **named)
            finally:
                if wrap.verb:
                    self._verbs.pop()
            if after and (wrap.if_ is None or wrap.if_(words, result)):
                self.hit(after)
            return result

        replace(wrap.target, passing)

    def _watch_commits(self) -> None:
        commit, execute = BaseDatabaseWrapper._commit, CursorWrapper.execute

        def committing(database: Any) -> Any:
            return self._committing(lambda: commit(database))

        def executing(cursor: Any, sql: Any, params: Any = None) -> Any:
            # A statement outside of a transaction is one of its own.
            if cursor.db.in_atomic_block or sql.lstrip().upper().startswith(_NO_WRITES):
                return execute(cursor, sql, params)
            return self._committing(lambda: execute(cursor, sql, params))

        BaseDatabaseWrapper._commit = committing
        CursorWrapper.execute = executing

    def _committing(self, act: Callable[[], Any]) -> Any:
        verb = self._verbs[-1] if self._verbs else ""
        if verb:
            self.hit(f"{verb}_before_commit")
        result = act()
        if verb:
            self.hit(f"{verb}_after_commit")
        return result


def die() -> None:
    """As by `kill -9`, here and now."""
    os.kill(os.getpid(), signal.SIGKILL)


def stand_still() -> None:
    """As by `kill -STOP`: the whole process, until it is killed or told to go on."""
    os.kill(os.getpid(), signal.SIGSTOP)
