"""Double opt-in, from the form to the mail that asks; confirmation.py has the rest.

request()          a form writes one row, and nothing else
take_requests()    in the background: the pending subscription, the proof, the mail
"""

import logging
import time
from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.db import connection, transaction

from mailer.errors import N_, BadAddress, NotFound
from mailer.languages import LANGUAGES
from mailer.subscribers import address, consents, correspondence, domains, limits, wording
from mailer.subscribers.consents import Act, Where
from mailer.subscribers.models import (
    MailingList,
    RequestKind,
    SignupRequest,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
)

log = logging.getLogger(__name__)

#: On SQLite the threads of a process write in turn: who waits for its lock inside of it sleeps, up
#: to a tenth of a second at a time.
_TURN = Lock()
#: Requests whose domains are looked up together, and which are taken in one transaction.
_GROUP = 20
#: On SQLite, how many times as long as it wrote a taker rests: two processes take at once, and half
#: of the time is left to the forms.
_REST = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form was filled in with: an address as typed, a language of ours, and, where it is
    for a list, its slug and the version of the text that was shown."""

    email: str
    language: str
    list_slug: str = ""
    wording: str = ""
    kind: RequestKind = RequestKind.LIST


def request(
    email: str, language: str, list_slug: str, *, where: Where, now: datetime, barred: str = ""
) -> SignupRequest:
    """`write_down` for a list."""
    return write_down(Asked(email, language, list_slug), where=where, now=now, barred=barred)


def write_down(asked: Asked, *, where: Where, now: datetime, barred: str = "") -> SignupRequest:
    """Write the request down, whoever it is: known, new and suppressed cost and answer the same.

    `barred` is the outcome of one that is let go no further: it costs and answers the same, too.
    Raises NotFound for a list that is not public, and BadAddress, after writing down the refusal.
    """
    if asked.kind == RequestKind.LIST and not _is_public(asked.list_slug):
        raise NotFound(
            N_("There is no public list “%(list)s”."), list=address.shown(asked.list_slug)
        )
    row = SignupRequest(
        kind=asked.kind,
        email=address.shown(asked.email)[:320],
        language=asked.language,
        list_slug=asked.list_slug,
        wording=asked.wording[:16] if asked.wording.isalnum() else "",
        network=where.network,
        origin=where.origin[:200],
        site=where.site[:200],
        received_at=now,
    )
    try:
        row.email = address.parse(asked.email).typed
    except BadAddress as refusal:
        row.taken_at, row.outcome, row.reason = now, "refused", refusal.stored()
        # Beyond the limits a row of what is no address would be anybody's way to fill the disk.
        if not barred:
            row.save()
        raise
    if barred:
        row.email, row.taken_at, row.outcome = "", now, barred
    with _TURN if connection.vendor == "sqlite" else nullcontext():
        row.save()
    return row


def _is_public(slug: str) -> bool:
    # Compared here: what a stranger typed may be no text that a database takes.
    return slug in MailingList.objects.filter(public=True).values_list("slug", flat=True)


def first_list() -> str:
    """The list of a form that names none: a small form on another page may leave it out."""
    public_lists = MailingList.objects.filter(public=True).order_by("pk")
    return public_lists.values_list("slug", flat=True).first() or ""


def take_requests(now: datetime, limit: int = 500) -> int:
    """Take the requests that wait, oldest first; returns how many. Safe to run twice at once."""
    taken = 0
    while taken < limit:
        waiting = SignupRequest.objects.filter(taken_at__isnull=True)
        emails = waiting.order_by("received_at", "id").values_list("email", flat=True)[:_GROUP]
        found = {email.rpartition("@")[2] for email in emails}
        # Before any transaction: the DNS may take seconds, and on SQLite one writer stops all.
        dead = domains.dead([_a_labels(one) for one in found])
        took = _take_apart if connection.vendor == "postgresql" else _take_together
        came = took(now, dead, min(_GROUP, limit - taken))
        taken += came
        if came < _GROUP:
            break
    return taken


def _take_apart(now: datetime, dead: Collection[str], most: int) -> int:
    """Each in a transaction of its own: two workers that held several people would block each
    other for good when both people asked twice."""
    for count in range(most):
        with transaction.atomic():
            if not _take_one(now, dead):
                return count
    return most


def _take_together(now: datetime, dead: Collection[str], most: int) -> int:
    """All in one transaction, and then a rest.

    SQLite has one writer. Whoever waits for its lock looks for it some times a second, and would
    never find it free: measured, a worker that took one after the other left the form twelve
    sign-ups a second.
    """
    began = time.monotonic()
    with transaction.atomic():
        came = 0
        while came < most and _take_one(now, dead):
            came += 1
    if came == most:
        time.sleep(_REST * (time.monotonic() - began))
    return came


def _a_labels(domain: str) -> str:
    try:
        return address.key(f"a@{domain}").rpartition("@")[2]
    except BadAddress:
        return domain


def _take_one(now: datetime, dead: Collection[str]) -> bool:
    """One request in a savepoint: one that crashes is set aside and stops nobody else's."""
    waiting = SignupRequest.objects.select_for_update(skip_locked=True)
    row = waiting.filter(taken_at__isnull=True).order_by("received_at", "id").first()
    if row is None:
        return False
    row.taken_at, row.limit_key = now, limits.limit_key(row.email, row.kind)
    try:
        with transaction.atomic():
            row.outcome = _act_on(row, now, dead)
    except Exception:
        log.exception("sign-up request %d could not be taken", row.pk)
        row.outcome = "failed"
    if row.outcome != "failed":
        row.email = ""
    row.save(update_fields=["taken_at", "limit_key", "outcome", "email"])
    return True


def _act_on(row: SignupRequest, now: datetime, dead: Collection[str]) -> str:
    """What the request leads to: mailed, known, unknown, suppressed, limited, dead."""
    person = address.parse(row.email)
    if person.key.rpartition("@")[2] in dead:
        return "dead"
    if Suppression.objects.filter(email_key=person.key).exists():
        return "suppressed"
    if limits.over_limit(row.limit_key, now):
        return "limited"
    if row.kind == RequestKind.DATA:
        return _send_link(person, now)
    subscription = _pending(person, row, now)
    if subscription is None:
        return "known"
    letter = correspondence.ask_to_confirm(subscription, now)
    text, language = _shown(row, subscription.mailing_list)
    consents.record(
        subscription,
        Act.REQUESTED,
        text=text,
        language=language,
        where=Where(row.origin, row.network, row.site),
        now=now,
        message_id=letter.message_id,
    )
    return "mailed"


def _shown(row: SignupRequest, mailing_list: MailingList) -> tuple[str, str]:
    """The text that the form showed, and its language: of the version it names, if it is ours.

    A form in French may ask for mails in Arabic, and one on another site may be a year old.
    """
    current = {
        code: wording.request_text(mailing_list.name(code), code)
        for code in (row.language, *LANGUAGES)
    }
    for code, text in current.items():
        if row.wording == wording.version(text):
            return text, code
    before = consents.shown_before(row.wording) if row.wording else None
    return before or (current[row.language], row.language)


def _send_link(person: address.Address, now: datetime) -> str:
    """The link to their own data, for whoever is known here in any state."""
    subscriber = Subscriber.objects.filter(email_key=person.key).first()
    if subscriber is None:
        return "unknown"
    correspondence.data_link(subscriber, now)
    return "mailed"


def _pending(person: address.Address, row: SignupRequest, now: datetime) -> Subscription | None:
    """The pending subscription of the request; None for a person who is on the list already."""
    subscriber, stranger = Subscriber.objects.get_or_create(
        email_key=person.key,
        defaults={"email": person.typed, "language": row.language, "created_at": now},
    )
    mailing_list = MailingList.objects.get(slug=row.list_slug)
    subscription, fresh = Subscription.objects.select_for_update().get_or_create(
        subscriber=subscriber,
        mailing_list=mailing_list,
        defaults={"state": SubscriptionState.PENDING, "requested_at": now},
    )
    if subscription.state == SubscriptionState.CONFIRMED:
        return None
    if not fresh:
        again = subscription.state == SubscriptionState.UNSUBSCRIBED
        subscription.round += again
        subscription.state, subscription.requested_at = SubscriptionState.PENDING, now
        # A new request of somebody who left may be reminded of once more; a repeated one not.
        subscription.reminded_at = None if again else subscription.reminded_at
        subscription.save()
    if not stranger:
        _choose_language(subscription, row.language)
    return subscription


def _choose_language(subscription: Subscription, language: str) -> None:
    """The form's language, unless the person receives something already: strangers type, too."""
    subscriber = subscription.subscriber
    if subscriber.subscriptions.filter(state=SubscriptionState.CONFIRMED).exists():
        return
    subscriber.language = language
    subscriber.save(update_fields=["language"])
