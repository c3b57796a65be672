"""What holds for every line of one import (pure but for the names of the states)."""

from dataclasses import dataclass
from datetime import datetime

from mailer.subscribers.models import SubscriptionState


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every line of one import; `consent` is "" for people who must confirm."""

    list_id: int
    consent: str
    origin: str
    now: datetime

    @property
    def state(self) -> SubscriptionState:
        """The state that a new subscription begins in."""
        return SubscriptionState.CONFIRMED if self.consent else SubscriptionState.PENDING
