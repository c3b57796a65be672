"""The pace of this process: who may go now, and how much a relay takes now.

A worker keeps one, and asks it once per group. With no limit set it costs nothing: not even a
round trip. The limits are read anew every two seconds, so a change holds while a mailing runs.
Measured, for a group of 2,000: 1.7 ms where each of its 300 domains has a pace, 0.5 ms where two
thirds of it are one provider's, 0.2 ms where nobody in it has one.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import NamedTuple

from mailer.errors import BadAddress
from mailer.mailings.limits import SECOND, Limits, Rate, Turn, limits
from mailer.mailings.models import Limit
from mailer.mailings.throttle import Throttle
from mailer.mime.addresses import ascii_domain

#: Seconds for which the limits are believed once they were read.
BELIEVED = 2.0
#: A relay is asked again for a tenth of a second's worth at least, not for every single mail.
_WORTH_ASKING = 0.1
#: Domains whose pace is remembered at most.
_KNOWN = 100_000


class Allowance(NamedTuple):
    """What a relay takes now: `messages`; ask again in `again_in` seconds for more."""

    messages: int
    again_in: float


class Pace:
    """The limits as they stand, and the shared paces at the Redis of `url`."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._throttle = Throttle(url)
        self._clock = clock
        self._read_at = float("-inf")
        self._limits = Limits()
        self._rates = _Rates(self._limits)

    def waits(self, addresses: Iterable[str]) -> list[float]:
        """Seconds that each recipient waits, in their order; 0.0 may go now.

        Whoever waits is put back, and due again after that long.
        """
        asked = list(addresses)
        if not (self._read().domains or self._limits.every):
            return [0.0] * len(asked)
        known = self._rates
        rates = [known[address.rpartition("@")[2]] for address in asked]
        wanted = Counter(rate for rate in rates if rate is not None)
        turns = self._throttle.ask(wanted)
        seats = {rate: _Seats(rate, turn) for rate, turn in turns.items()}
        return [0.0 if rate is None else seats[rate].next() for rate in rates]

    def limits(self, relay: str) -> bool:
        """Whether a relay has a limit."""
        return relay in self._read().relays

    def relay(self, name: str, wanted: int) -> Allowance:
        """How many of `wanted` messages the relay `host:port` may be given now."""
        rate = self._read().relays.get(name)
        if rate is None or wanted <= 0:
            return Allowance(max(wanted, 0), 0.0)
        turn = self._throttle.ask({rate: wanted})[rate]
        if turn.go >= wanted:
            return Allowance(wanted, 0.0)
        more = min((wanted - turn.go - 1) * rate.step / SECOND, _WORTH_ASKING)
        return Allowance(turn.go, max(turn.wait / SECOND, more))

    def give_back(self, name: str, count: int) -> None:
        """So many that the relay would have taken were not sent after all."""
        rate = self._read().relays.get(name)
        if rate is not None and count > 0:
            self._throttle.ask({rate: -count})

    def close(self) -> None:
        """Leave Redis."""
        self._throttle.close()

    def _read(self) -> Limits:
        if self._clock() >= self._read_at + BELIEVED:
            self._limits = limits(_rows())
            self._rates = _Rates(self._limits)
            self._read_at = self._clock()
        return self._limits


class _Rates(dict[str, Rate | None]):
    """The pace of each domain, as it is written in an address; found out when first asked for."""

    def __init__(self, of: Limits) -> None:
        super().__init__()
        self._limits = of

    def __missing__(self, domain: str) -> Rate | None:
        if len(self) >= _KNOWN:
            self.clear()
        self[domain] = rate = self._limits.of_domain(_plain(domain))
        return rate


class _Seats:
    """One pace's answer, handed out one by one: those who may go first."""

    def __init__(self, rate: Rate, turn: Turn) -> None:
        self._go = turn.go
        self._wait, self._lane = turn.wait / SECOND, rate.lane / SECOND

    def next(self) -> float:
        if self._go > 0:
            self._go -= 1
            return 0.0
        self._wait, wait = self._wait + self._lane, self._wait
        return wait


def _rows() -> list[tuple[str, str, Decimal]]:
    found = Limit.objects.filter(per_second__isnull=False)
    rows = found.values_list("scope", "name", "per_second")
    return [(scope, name, figure) for scope, name, figure in rows if figure is not None]


def _plain(domain: str) -> str:
    """A domain as limits name it; what is none has the pace of its own text."""
    try:
        return ascii_domain(domain.lower())
    except BadAddress:
        return domain
