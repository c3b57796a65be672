"""What the ledger says: the sums of a mailing, and a row per recipient."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from mailer.curation.signoff import find
from mailer.mailings.message import issue_message_id, sender_of
from mailer.mailings.models import Delivery, DeliveryState


@dataclass(frozen=True, slots=True)
class Sums:
    """How many recipients a mailing has, and how many are in each state."""

    recipients: int
    queued: int = 0
    leased: int = 0
    sending: int = 0
    deferred: int = 0
    sent: int = 0
    refused: int = 0
    uncertain: int = 0
    suppressed: int = 0
    cancelled: int = 0

    @property
    def open(self) -> int:
        """How many are not settled yet."""
        return self.queued + self.leased + self.sending + self.deferred


@dataclass(frozen=True, slots=True)
class Row:
    """One recipient of one mailing, as the ledger is exported."""

    subscriber: int
    address: str
    language: str
    state: str
    smtp_code: int | None
    smtp_text: str
    message_id: str
    attempts: int
    updated_at: datetime


def sums(mailing_id: int) -> Sums:
    """The sums of a mailing, of one statement and so of one instant."""
    found = Delivery.objects.filter(mailing=mailing_id).values_list("state").annotate(Count("id"))
    counts = {DeliveryState(state).name.lower(): count for state, count in found.order_by()}
    return Sums(recipients=sum(counts.values()), **counts)


def rows(issue_id: int) -> Iterator[Row]:
    """Every delivery of an issue, in the order they were written, as a stream.

    Raises NotFound when there is no such issue.
    """
    return _rows(find(issue_id).pk)


def _rows(issue_id: int) -> Iterator[Row]:
    found = Delivery.objects.filter(mailing__issue=issue_id).order_by("id")
    columns = found.values_list(
        "subscriber_id",
        "subscriber__email",
        "edition__language",
        "state",
        "smtp_code",
        "smtp_text",
        "attempts",
        "updated_at",
        "edition_id",
        "edition__headers",
        "edition__nonce",
    )
    for row in columns.iterator(chunk_size=2000):
        subscriber, address, language, state, code, text, attempts, at, *edition = row
        number, headers, nonce = edition
        yield Row(
            subscriber=subscriber,
            address=address,
            language=language,
            state=DeliveryState(state).name.lower(),
            smtp_code=code,
            smtp_text=text,
            message_id=issue_message_id(number, subscriber, sender_of(headers), nonce),
            attempts=attempts,
            updated_at=at,
        )
