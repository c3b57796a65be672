"""What the ledger says: the sums of a mailing, and a row per recipient."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from mailer.curation.signoff import find
from mailer.mailings import tallies
from mailer.mailings.message import issue_message_id, sender_of
from mailer.mailings.models import Delivery, DeliveryState, Mailing, Span


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
    counts = {state.name.lower(): count for state, count in tallies.by_state(mailing_id).items()}
    return Sums(recipients=sum(counts.values()), **counts)


def rows(issue_id: int) -> Iterator[Row]:
    """Every delivery of an issue, in the order they were written, as a stream.

    Raises NotFound when there is no such issue.
    """
    return _rows(find(issue_id).pk)


def _rows(issue_id: int) -> Iterator[Row]:
    for mailing in Mailing.objects.filter(issue=issue_id).order_by("pk"):
        yield from _of_mailing(mailing)


def _of_mailing(mailing: Mailing) -> Iterator[Row]:
    leased = Span.objects.filter(
        mailing=mailing,
        lease__begun_at=None,
        lease__isnull=False,
        first__lte=OuterRef("id"),
        last__gte=OuterRef("id"),
    )
    found = Delivery.objects.filter(
        mailing=mailing, id__gte=mailing.first, id__lte=mailing.last
    ).order_by("id")
    columns = found.values_list(
        "subscriber_id",
        "subscriber__email",
        "edition__language",
        "state",
        "smtp_code",
        "smtp_text",
        "attempts",
        "updated_at",
        Exists(leased),
        "edition_id",
        "edition__headers",
        "edition__nonce",
    )
    for row in columns.iterator(chunk_size=2000):
        subscriber, address, language, state, code, text, attempts, at, in_hand, *edition = row
        number, headers, nonce = edition
        waits = state in {DeliveryState.QUEUED, DeliveryState.DEFERRED}
        shown = DeliveryState.LEASED if in_hand and waits else DeliveryState(state)
        yield Row(
            subscriber=subscriber,
            address=address,
            language=language,
            state=shown.name.lower(),
            smtp_code=code,
            smtp_text=text,
            message_id=issue_message_id(number, subscriber, sender_of(headers), nonce),
            attempts=attempts,
            updated_at=at,
        )
