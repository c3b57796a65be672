"""How many sign-ups are let through within an hour: the rule, and counts of one process (pure).

    a network      IPv4 by address, IPv6 by /64
    everybody      all networks together

Whoever shows a proof of work (work.py) has the whole of both; who does not, a fifth, counted apart,
so that programs without JavaScript use up nothing of the others'. The rule is one: a request that
its network has no room for counts for nobody else, and when everybody's is used up nothing is
counted at all, so that there are never more counts than `everybody`.
"""

from dataclasses import dataclass

#: Seconds in a window.
HOUR = 3600
#: What part of a limit is there for those who show no proof of work.
UNPROVEN = 5
#: By how much a process that counts alone is stricter: as many as four then keep within a limit.
ALONE = 4


@dataclass(frozen=True, slots=True)
class Quota:
    """The most requests in an hour, of one network and of everybody; both at least 1."""

    network: int
    everybody: int

    def part(self, of: int) -> "Quota":
        """One part of so many, at least one request of each."""
        return Quota(max(1, self.network // of), max(1, self.everybody // of))


class Window:
    """The counts of one process; they begin anew with each hour."""

    def __init__(self) -> None:
        self._hour = -1
        self._counts: dict[str, int] = {}

    def admit(self, lane: str, network: str, quota: Quota, now: float) -> bool:
        """Whether one more may pass, and count it. `network` "" is not known, and not counted.

        `lane` keeps counts apart; `now` in seconds.
        """
        if (hour := int(now // HOUR)) != self._hour:
            self._hour, self._counts = hour, {}
        if self._counts.get(lane, 0) >= quota.everybody:
            return False
        if network and not self._count(f"{lane} {network}", quota.network):
            return False
        return self._count(lane, quota.everybody)

    def _count(self, key: str, most: int) -> bool:
        self._counts[key] = self._counts.get(key, 0) + 1
        return self._counts[key] <= most
