"""Troubles that the relay makes: at each verb, in each way, and at every byte of a reply."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.faults.troubles import Trouble

if TYPE_CHECKING:
    from tests.faults.play import Play

PLACES = ("BANNER", "EHLO", "MAIL", "RCPT", "DATA", "BODY", "DOT")
_SAYS = {
    "4xx": "451 4.3.0 not just now",
    "5xx": "554 5.7.1 not from you",
    "421": "421 4.3.2 going down",
}
WAYS = (*_SAYS, "stall", "cut")
#: What the relay of the tests says when all is well.
_RIGHT = {
    "BANNER": "220 fake.test ESMTP",
    "EHLO": (
        "250-fake.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES"
    ),
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go ahead",
    "DOT": "250 2.0.0 taken",
}
#: Seconds that a relay which stalls is given: long for a relay on this machine, short for a test.
_PATIENCE = 0.8


class Relay(Trouble):
    """At this place it answers so, twice."""

    def __init__(self, place: str, way: str) -> None:
        self._place, self._way = place, way
        self.impatient = _PATIENCE if way == "stall" else 0.0

    def arrange(self, play: "Play") -> None:
        leaves = self._way in ("stall", "cut", "421")
        play.server.at(
            self._place,
            _SAYS.get(self._way),
            stall=self._way == "stall",
            cut=leaves and self._way != "stall",
            times=2,
        )

    def mend(self, play: "Play") -> None:
        play.server.behave()

    def doubts(self, play: "Play") -> int:
        return play.server.unanswered


class Cut(Trouble):
    """It hangs up within a reply, behind so many of its bytes; a body is taken all the same."""

    lives = (False,)

    def __init__(self, place: str, upto: int) -> None:
        self._place, self._upto = place, upto

    def arrange(self, play: "Play") -> None:
        play.server.at(self._place, cut=True, upto=self._upto, accept=self._place == "DOT", times=1)

    def doubts(self, play: "Play") -> int:
        return play.server.unanswered


def every_byte() -> Iterator[tuple[str, int]]:
    """Each place with each number of bytes of its right reply, from none to all."""
    for place, right in _RIGHT.items():
        for upto in range(len(right) + 3):
            yield place, upto
