"""The scenes a mailing plays in: how its relay behaves, and what its workers are told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.faults.servers import Relays

CONNECTIONS = 4


@dataclass(frozen=True)
class Scene:
    """`relay` are options of the server, `faults` what it is told, `plan` what the workers are.

    `relays` of them there are; `limits` lets each take so many a second; so many `readers` are
    mailed; `first` is what the first worker alone is told.
    """

    title: str
    readers: int = 12
    relay: dict[str, Any] = field(default_factory=dict)
    relays: int = 1
    limits: int = 0
    faults: Callable[[Relays], None] = lambda server: None
    plan: dict[str, Any] = field(default_factory=dict)
    first: dict[str, Any] = field(default_factory=dict)


def _refusing(server: Relays) -> None:
    server.at("RCPT", "550 5.1.1 no such user", match="reader1@")
    server.at("RCPT", "450 4.2.0 greylisted, come back", match="reader2@", times=1)
    server.at("MAIL", "451 4.3.0 not just now", times=1)
    server.at("DATA", "452 4.3.1 no room just now", times=1)
    server.at("DOT", "554 5.7.1 not this text", match="reader6@")
    server.at("DOT", "451 4.3.0 not just now", match="reader7@", times=1)


def _away(server: Relays) -> None:
    server.at("BANNER", "421 4.3.2 closed for an hour", cut=True, times=5)


SCENES = {
    "plain": Scene("a relay that takes everything, with PIPELINING"),
    "large": Scene("bodies that go out before their dots", 8, plan={"two_writes": True}),
    "slow": Scene("a relay without PIPELINING", 8, relay={"pipelining": False}),
    "fleet": Scene("two relays", 8, relays=2),
    "paced": Scene("a relay with a limit, which workers keep through Redis", limits=4000),
    "refusing": Scene("a relay that refuses some and puts others off", 8, faults=_refusing),
    "away": Scene("a relay that is away at first", 8, faults=_away),
    # In no hurry, so that something is still in its hands when it hears of it.
    "stopping": Scene(
        "a worker that is told to stop", 8, relay={"delay": 0.02}, first={"stop_after": 2}
    ),
}
