"""How mail is shared among several relays (pure).

A relay takes a mail when a connection of its own is ready for one, so that a slow one holds up
nobody else. What a weight decides is how many connections it has: under load, relays of the same
speed then carry mail as their weights are, and a relay of half the speed carries half of that.
"""

from collections.abc import Sequence

from mailer.smtp.relay import Relay


def connections(relays: Sequence[Relay]) -> list[int]:
    """How many each opens: the heaviest all of its own, the others that part of theirs.

    At least one each: with `connections=10`, the weights 3 and 1 make ten and three.
    """
    heaviest = max(relay.weight for relay in relays)
    return [max(1, round(relay.connections * relay.weight / heaviest)) for relay in relays]


def heaviest_first(relays: Sequence[Relay]) -> list[Relay]:
    """In the order in which one after the other is tried; equals as they are written."""
    return sorted(relays, key=lambda relay: -relay.weight)


class Turns:
    """Whose turn it is while there are fewer mails than free connections: by what each has had."""

    def __init__(self, relays: Sequence[Relay]) -> None:
        self._weights = [relay.weight for relay in relays]
        self._had = [0.0] * len(relays)

    def took(self, relay: int, count: int = 1) -> None:
        """A relay, by its place, has taken so many."""
        self._had[relay] += count / self._weights[relay]

    def order(self, reachable: Sequence[bool]) -> list[int]:
        """The places of all, who is owed most first.

        Who cannot be reached is owed nothing for that time: it would get all there is once it is
        back.
        """
        least = min((had for had, up in zip(self._had, reachable, strict=True) if up), default=0)
        for place, up in enumerate(reachable):
            if not up:
                self._had[place] = max(self._had[place], least)
        return sorted(range(len(self._had)), key=lambda place: self._had[place])
