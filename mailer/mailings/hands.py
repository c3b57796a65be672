"""What passes between the ledger and a worker's hands (pure)."""

from dataclasses import dataclass

from mailer.mailings.retry import Decision


@dataclass(frozen=True, slots=True)
class Group:
    """Deliveries in one worker's hands: the lease's id, the mailing's, how many they are."""

    lease: int
    mailing: int
    size: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """One delivery that is being handed over; `attempts` are those made before."""

    delivery: int
    subscriber: int
    edition: int
    attempts: int
    email: str


@dataclass(frozen=True, slots=True)
class News:
    """What becomes of one delivery of one lease; `code` and `text` None leave what was there."""

    delivery: int
    lease: int
    decision: Decision
    code: int | None = None
    text: str | None = None
