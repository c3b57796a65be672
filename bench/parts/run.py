"""One run of one rival (pure)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """What it took to send `messages`, of `size` bytes each on the wire, the final dot included.

    CPU in seconds, memory in MB (0: not known), `fan_out` in rows/s. `steady` is the rate, in
    messages/s, once each connection has had one mail accepted: opening it is left out.
    """

    messages: int
    seconds: float
    size: float
    sender_cpu: float
    sink_cpu: float
    steady: float
    database_cpu: float = 0.0
    redis_cpu: float = 0.0
    memory: float = 0.0
    fan_out: float = 0.0

    @property
    def rate(self) -> float:
        """Messages per second, from the word to the last."""
        return self.messages / self.seconds
