"""What passes between the ledger and a worker's hands (pure).

Named tuples: each mail makes one of each, and a frozen dataclass takes three times as long to make.
"""

from typing import NamedTuple

from mailer.mailings.retry import Decision


class Group(NamedTuple):
    """Deliveries in one worker's hands: the lease's id, the mailing's, how many they are."""

    lease: int
    mailing: int
    size: int


class Recipient(NamedTuple):
    """One delivery that is being handed over; `attempts` are those made before."""

    delivery: int
    subscriber: int
    edition: int
    attempts: int
    email: str


class News(NamedTuple):
    """What becomes of one delivery of one lease; `code` and `text` None leave what was there.

    `domain` is the recipient's, where the mailing counts it by name.
    """

    delivery: int
    lease: int
    mailing: int
    decision: Decision
    code: int | None = None
    text: str | None = None
    domain: str = ""


def domain_of(email: str) -> str:
    """What an address is counted under."""
    return email.rpartition("@")[2].lower()
