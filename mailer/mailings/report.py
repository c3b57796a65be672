"""What the ledger says: the sums of a mailing, and a row per recipient."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from mailer.curation.signoff import find
from mailer.editions.models import Edition
from mailer.errors import N_, Refused
from mailer.mailings import tallies
from mailer.mailings.meaning import without_addresses
from mailer.mailings.message import issue_message_id, sender_of
from mailer.mailings.models import Delivery, DeliveryState, Mailing, Span

#: Rows that are read at once.
_AT_ONCE = 2000
_WAITS = (DeliveryState.QUEUED, DeliveryState.DEFERRED)

#: Whether a delivery's id lies in a span that a worker has leased and not begun.
IN_HAND = Exists(
    Span.objects.filter(
        mailing=OuterRef("mailing"),
        lease__begun_at=None,
        lease__isnull=False,
        first__lte=OuterRef("id"),
        last__gte=OuterRef("id"),
    )
)


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


class Imprint(NamedTuple):
    """What of an edition tells its copies: its language, and what a Message-ID is made of."""

    edition: int
    language: str
    sender: str
    nonce: str

    def message_id(self, subscriber: int) -> str:
        """The Message-ID of a subscriber's copy."""
        return issue_message_id(self.edition, subscriber, self.sender, self.nonce)


def imprints(**of: Any) -> dict[int, Imprint]:
    """By id, the editions that a filter finds: read once, not beside each of a million rows."""
    found = Edition.objects.filter(**of).values_list("id", "language", "headers", "nonce")
    return {
        pk: Imprint(pk, language, sender_of(headers), nonce)
        for pk, language, headers, nonce in found
    }


def shown_state(state: int, in_hand: bool) -> str:
    """A state's name; `leased` is no state of a row, but of one that waits in a worker's hands."""
    shown = DeliveryState.LEASED if in_hand and state in _WAITS else DeliveryState(state)
    return shown.name.lower()


def sums(mailing_id: int) -> Sums:
    """The sums of a mailing, of one statement and so of one instant."""
    counts = {state.name.lower(): count for state, count in tallies.by_state(mailing_id).items()}
    return Sums(recipients=sum(counts.values()), **counts)


def rows(issue_id: int) -> Iterator[Row]:
    """Every delivery of an issue, in the order they were written, as a stream.

    Of mailings that are folded there is nothing: `folded` names them. Raises NotFound when there
    is no such issue, Refused when all its mailings are folded.
    """
    mailings = list(Mailing.objects.filter(issue=find(issue_id)).order_by("pk"))
    kept = [one for one in mailings if one.folded_at is None]
    if mailings and not kept:
        raise folded(mailings[0])
    return (row for mailing in kept for row in _of_mailing(mailing))


def rows_of(mailing: Mailing) -> Iterator[Row]:
    """Every delivery of a mailing, as `rows`. Raises Refused when it is folded."""
    if mailing.folded_at is not None:
        raise folded(mailing)
    return _of_mailing(mailing)


def folded_of(issue_id: int) -> list[Mailing]:
    """The mailings of an issue whose rows are gone."""
    return list(Mailing.objects.filter(issue=issue_id, folded_at__isnull=False).order_by("pk"))


def folded(mailing: Mailing) -> Refused:
    """The sentence that says why a mailing has no rows any more."""
    return Refused(
        N_(
            "The rows of mailing %(mailing)s were folded into its sums on %(date)s, when the time"
            " for which deliveries are kept was over (MAILER_KEEP_DELIVERIES): who got it can no"
            " longer be listed. Its sums stand on its page of the desk."
        ),
        mailing=mailing.pk,
        date=f"{mailing.folded_at:%Y-%m-%d}",
    )


def _of_mailing(mailing: Mailing) -> Iterator[Row]:
    """By runs of ids, each read at an instant of its own: no cursor stays open while a slow reader
    takes its time, and memory stays flat behind a pooler too, where PostgreSQL has no cursors.
    """
    known = imprints(issue=mailing.issue_id)
    found = Delivery.objects.filter(mailing=mailing, id__lte=mailing.last).order_by("id")
    columns = found.values_list(
        "id",
        "subscriber_id",
        "subscriber__email",
        "edition_id",
        "state",
        IN_HAND,
        "smtp_code",
        "smtp_text",
        "attempts",
        "updated_at",
    )
    after = mailing.first - 1
    while read := list(columns.filter(id__gt=after)[:_AT_ONCE]):
        yield from _told(read, known)
        after = read[-1][0]


def _told(read: Iterable[tuple[Any, ...]], known: dict[int, Imprint]) -> Iterator[Row]:
    for _, subscriber, address, edition, state, in_hand, code, text, attempts, at in read:
        imprint = known[edition]
        yield Row(
            subscriber=subscriber,
            address=address,
            language=imprint.language,
            state=shown_state(state, in_hand),
            smtp_code=code,
            smtp_text=text if address else without_addresses(text),
            message_id=imprint.message_id(subscriber),
            attempts=attempts,
            updated_at=at,
        )
