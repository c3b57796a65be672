"""The relays of a case, one or two, and what they have seen together."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Self

from tests.fakes.smtp import Acceptance, FakeSmtp


class Relays:
    """So many relays as one server: what is told to it is told to the first."""

    def __init__(self, count: int, **options: Any) -> None:
        self.all = [FakeSmtp(**options) for _ in range(count)]
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        for server in self.all:
            self._stack.enter_context(server)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def url(self, connections: int) -> str:
        """The SMTP_URL that names them, with so many connections in all."""
        each = connections // len(self.all)
        return " ".join(f"{server.url}?connections={each}" for server in self.all)

    def at(self, place: str, say: str | bytes | None = None, **how: Any) -> None:
        """See `FakeSmtp.at`."""
        self.all[0].at(place, say, **how)

    def behave(self) -> None:
        """Forget every fault."""
        for server in self.all:
            server.behave()

    @property
    def accepted(self) -> list[Acceptance]:
        """Each mail that one of them took."""
        return [one for server in self.all for one in list(server.accepted)]

    @property
    def commands(self) -> list[str]:
        """Each line that one of them read."""
        return [line for server in self.all for line in list(server.commands)]

    @property
    def invited(self) -> set[str]:
        """To whom one of them said 354."""
        return {one for server in self.all for one in list(server.invited)}

    @property
    def unanswered(self) -> int:
        """How many mails were left without a whole reply behind the 354."""
        return sum(len(server.unanswered) for server in self.all)

    @property
    def connections(self) -> int:
        """How many connections were made."""
        return sum(server.connections for server in self.all)

    def quiet(self, seconds: float) -> None:
        """Wait until no session goes on any more."""
        self.until(lambda: not any(server.open for server in self.all), seconds)

    def until(self, so: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is so; whether it came."""
        end = time.monotonic() + seconds
        while not so() and time.monotonic() < end:
            time.sleep(0.002)
        return so()
