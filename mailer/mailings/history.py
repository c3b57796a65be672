"""What happened to one person's mail: every delivery to them, newest first, with its events.

Everything is found by an index: the person by the key of the address, the deliveries by the
constraint that begins with the subscriber, the events by their delivery.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailer.curation.models import Issue
from mailer.errors import N_, NotFound
from mailer.mailings.meaning import Said, said, without_addresses
from mailer.mailings.models import Delivery, DeliveryState, Event, Mailing
from mailer.mailings.report import IN_HAND, imprints, shown_state
from mailer.subscribers import address
from mailer.subscribers.models import Subscriber, Suppression

#: Deliveries that one look reads, where nobody asks for another number.
PAGE = 50


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened on the way: put off, refused, in doubt, queued again, suppressed.

    `by` is the name of the person who asked for it, or empty.
    """

    at: datetime
    state: str
    said: Said
    by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery: what it was of, where it stands since `at`, and how it came there.

    `due_at` is when it is tried next, while it waits for that.
    """

    mailing: Mailing
    language: str
    state: str
    at: datetime
    due_at: datetime | None
    attempts: int
    said: Said
    message_id: str
    steps: tuple[Step, ...]

    @property
    def issue(self) -> Issue:
        """The issue, with its publication."""
        return self.mailing.issue

    @property
    def before(self) -> tuple[Step, ...]:
        """The steps that led to where it stands, without the one that says just that again."""
        again = self.steps and (self.steps[-1].state, self.steps[-1].said) == (
            self.state,
            self.said,
        )
        return self.steps[:-1] if again else self.steps


@dataclass(frozen=True, slots=True)
class History:
    """A person and the deliveries to them.

    `address` is empty for an erased person. `older` is what `before` takes to go on, None at the
    end. `folded` counts the mailings, of anybody, whose rows are kept no longer.
    """

    person: Subscriber
    address: str
    suppression: Suppression | None
    entries: tuple[Entry, ...]
    older: int | None
    folded: int


def find(text: str) -> Subscriber:
    """The person of an address, or of a subscriber's id. Raises BadAddress, NotFound."""
    if text.isdecimal():
        return find_by_id(int(text))
    found = Subscriber.objects.filter(email_key=address.key(text)).first()
    if found is None:
        raise NotFound(
            N_(
                "Nobody here has the address “%(address)s”. Look at how it is spelled; who was"
                " erased is found by their number alone."
            ),
            address=address.shown(text),
        )
    return found


def find_by_id(subscriber_id: int) -> Subscriber:
    """The person of an id, erased or not. Raises NotFound."""
    # A number beyond the column is as unknown as any other, and no query.
    found = subscriber_id < 2**63 and Subscriber.objects.filter(pk=subscriber_id).first()
    if not found:
        raise NotFound(
            N_("There is no subscriber %(subscriber)s: look them up by their address."),
            subscriber=str(subscriber_id)[:20],
        )
    return found


def of(person: Subscriber, *, before: int | None = None, most: int | None = PAGE) -> History:
    """What happened, newest first: `most` deliveries at most, of mailings `before` an id."""
    found = Delivery.objects.filter(subscriber=person).select_related("mailing__issue__publication")
    if before is not None:
        found = found.filter(mailing__lt=before)
    # In the order of the constraint's own index, so that a page reads no more than a page.
    ordered = found.order_by("-mailing_id").annotate(in_hand=IN_HAND)
    read = list(ordered[: most + 1] if most else ordered)
    more = most is not None and len(read) > most
    shown = read[:most]
    words = str if person.email else without_addresses
    return History(
        person=person,
        address=person.email,
        suppression=Suppression.objects.filter(email_key=person.email_key or "").first(),
        entries=tuple(_entries(shown, {one.pk for one in shown if one.in_hand}, words)),
        older=shown[-1].mailing_id if more else None,
        folded=Mailing.objects.filter(folded_at__isnull=False).count(),
    )


def received(person: Subscriber) -> int:
    """How many copies left for this person, of the mailings whose rows are still there."""
    return Delivery.objects.filter(subscriber=person, state=DeliveryState.SENT).count()


def _entries(
    deliveries: Sequence[Delivery], in_hand: Collection[int], words: Callable[[str], str]
) -> Iterable[Entry]:
    known = imprints(pk__in={one.edition_id for one in deliveries})
    steps = _steps(deliveries, words)
    for delivery in deliveries:
        imprint = known[delivery.edition_id]
        state = shown_state(delivery.state, delivery.pk in in_hand)
        yield Entry(
            mailing=delivery.mailing,
            language=imprint.language,
            state=state,
            at=delivery.updated_at,
            due_at=delivery.due_at if delivery.state == DeliveryState.DEFERRED else None,
            attempts=delivery.attempts,
            said=said(state, delivery.smtp_code, words(delivery.smtp_text)),
            message_id=imprint.message_id(delivery.subscriber_id),
            steps=tuple(steps.get(delivery.pk, ())),
        )


def _steps(deliveries: Iterable[Delivery], words: Callable[[str], str]) -> dict[int, list[Step]]:
    told: dict[int, list[Step]] = {}
    ids = [one.pk for one in deliveries]
    for event in Event.objects.filter(delivery__in=ids).select_related("by").order_by("at", "id"):
        state = DeliveryState(event.state).name.lower()
        by = (event.by.get_full_name() or event.by.username) if event.by else ""
        step = Step(event.at, state, said(state, event.smtp_code, words(event.smtp_text)), by)
        told.setdefault(event.delivery_id, []).append(step)
    return told
