"""What the demo tells of itself: a line a step, live on a terminal, plain elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Telling:
    """Writes to standard output."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._began = time.monotonic()

    def say(self, line: str = "") -> None:
        """A line of its own."""
        print(line, flush=True)

    @contextmanager
    def step(self, doing: str) -> Iterator["Step"]:
        """A step: shown while it goes on, then what came of it and the time since the start."""
        step = Step(self, doing)
        step.show(doing)
        yield step
        seconds = time.monotonic() - self._began
        end = "\r\033[K" if self._live else ""
        print(f"{end}  ✓ {step.came or doing}  ({seconds:.0f} s)", flush=True)

    def live(self, line: str) -> None:
        """A line that the next one replaces; nothing where it cannot be replaced."""
        if self._live:
            print(f"\r\033[K  … {line}", end="", flush=True)


class Step:
    """One step while it goes on."""

    def __init__(self, telling: Telling, doing: str) -> None:
        self._telling = telling
        self.came = ""
        self._doing = doing

    def show(self, detail: str) -> None:
        """How far it is."""
        self._telling.live(detail)

    def bar(self, done: int, total: int) -> None:
        """How far it is, as a bar."""
        filled = 24 * done // max(total, 1)
        self.show(f"{self._doing} {'█' * filled}{'░' * (24 - filled)} {done}/{total}")
