"""Double opt-in, from the form to the mail that asks; confirmation.py has the rest.

request()          the form writes one row, and nothing else
take_requests()    in the background: the pending subscription, the proof, the mail
"""

import logging
from datetime import datetime

from django.db import transaction

from mailer.errors import N_, BadAddress, NotFound
from mailer.subscribers import address, consents, correspondence, limits, wording
from mailer.subscribers.consents import Act, Where
from mailer.subscribers.models import (
    MailingList,
    SignupRequest,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
)

log = logging.getLogger(__name__)


def request(
    email: str, language: str, list_slug: str, *, where: Where, now: datetime
) -> SignupRequest:
    """Write the request down, whoever it is: known, new and suppressed cost and answer the same.

    Raises NotFound for a list that is not public, and BadAddress, after writing down the refusal.
    """
    if list_slug not in MailingList.objects.filter(public=True).values_list("slug", flat=True):
        raise NotFound(N_("There is no public list “%(list)s”."), list=address.shown(list_slug))
    row = SignupRequest(
        email=address.shown(email)[:320],
        language=language,
        list_slug=list_slug,
        network=where.network,
        origin=where.origin[:200],
        received_at=now,
    )
    try:
        row.email = address.parse(email).typed
    except BadAddress as refusal:
        row.taken_at, row.outcome, row.reason = now, "refused", refusal.stored()
        row.save()
        raise
    row.save()
    return row


def take_requests(now: datetime, limit: int = 500) -> int:
    """Take the requests that wait, oldest first; returns how many. Safe to run twice at once."""
    taken = 0
    while taken < limit and _take_one(now):
        taken += 1
    return taken


def _take_one(now: datetime) -> bool:
    """One request in one transaction: one that crashes is set aside and stops nobody else's."""
    with transaction.atomic():
        waiting = SignupRequest.objects.select_for_update(skip_locked=True)
        row = waiting.filter(taken_at__isnull=True).order_by("received_at", "id").first()
        if row is None:
            return False
        row.taken_at, row.limit_key = now, limits.limit_key(row.email)
        try:
            with transaction.atomic():
                row.outcome = _act_on(row, now)
        except Exception:
            log.exception("sign-up request %d could not be taken", row.pk)
            row.outcome = "failed"
        if row.outcome != "failed":
            row.email = ""
        row.save()
    return True


def _act_on(row: SignupRequest, now: datetime) -> str:
    """What the request leads to: mailed, known, suppressed, limited."""
    person = address.parse(row.email)
    if Suppression.objects.filter(email_key=person.key).exists():
        return "suppressed"
    if limits.over_limit(row.limit_key, now):
        return "limited"
    subscription = _pending(person, row, now)
    if subscription is None:
        return "known"
    letter = correspondence.ask_to_confirm(subscription, now)
    consents.record(
        subscription,
        Act.REQUESTED,
        text=wording.request_text(subscription.mailing_list.name(row.language), row.language),
        where=Where(row.origin, row.network),
        now=now,
        message_id=letter.message_id,
    )
    return "mailed"


def _pending(person: address.Address, row: SignupRequest, now: datetime) -> Subscription | None:
    """The pending subscription of the request; None for a person who is on the list already."""
    subscriber, _ = Subscriber.objects.get_or_create(
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
        subscription.round += subscription.state == SubscriptionState.UNSUBSCRIBED
        subscription.state, subscription.requested_at = SubscriptionState.PENDING, now
        subscription.save()
    _choose_language(subscription, row.language)
    return subscription


def _choose_language(subscription: Subscription, language: str) -> None:
    """The form's language, unless the person receives something already: strangers type, too."""
    subscriber = subscription.subscriber
    if subscriber.subscriptions.filter(state=SubscriptionState.CONFIRMED).exists():
        return
    subscriber.language = language
    subscriber.save(update_fields=["language"])
