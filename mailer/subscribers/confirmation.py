"""Double opt-in, from the link to its end.

look()       the page behind a link: changes nothing, whoever fetches it
confirm()    the button: pending → confirmed, the proof, the welcome
disown()     "this was not me": the request is erased
"""

from datetime import datetime

from django.db import transaction

from mailer.errors import N_, BadToken
from mailer.subscribers import consents, correspondence, erasing, links, wording
from mailer.subscribers.consents import Act, Where
from mailer.subscribers.models import Subscriber, Subscription, SubscriptionState
from mailer.subscribers.tokens import Purpose


def look(token: str, purpose: Purpose, now: datetime) -> Subscription:
    """The subscription that a confirmation link is about. Raises BadToken, as `confirm` does."""
    return _subscription(token, purpose, now, lock=False)


def confirm(token: str, *, where: Where, now: datetime) -> Subscription:
    """Confirm; a second time changes nothing and says the same.

    Raises BadToken, a sentence each, for a link that is altered, expired, for another purpose, or
    used up: its reader left since, or its request was withdrawn.
    """
    with transaction.atomic():
        subscription = _subscription(token, Purpose.CONFIRM, now, lock=True)
        if subscription.state == SubscriptionState.PENDING:
            subscription.state, subscription.confirmed_at = SubscriptionState.CONFIRMED, now
            subscription.left_at = None
            subscription.save(update_fields=["state", "confirmed_at", "left_at"])
            _prove(subscription, where, now)
            erasing.lift(subscription.subscriber.email_key or "")
            correspondence.welcome(subscription, now)
    return subscription


def _prove(subscription: Subscription, where: Where, now: datetime) -> None:
    language = subscription.subscriber.language
    consents.record(
        subscription,
        Act.CONFIRMED,
        text=wording.confirm_text(subscription.mailing_list.name(language), language),
        where=where,
        now=now,
        message_id=consents.asking_mail(subscription),
    )


def disown(token: str, *, where: Where, now: datetime) -> None:
    """Erase a pending request; a second time changes nothing.

    Of a person who never confirmed anything, nothing stays but the row that others point to.
    Raises BadToken as `confirm` does, and for a request that was confirmed since.
    """
    with transaction.atomic():
        subscription = _subscription(token, Purpose.DISOWN, now, lock=True)
        if subscription.state == SubscriptionState.CONFIRMED:
            raise BadToken(
                N_(
                    "This subscription was confirmed since: to end it, use the unsubscription"
                    " link of any mail."
                )
            )
        consents.record(subscription, Act.DISOWNED, text="", where=where, now=now)
        subscription.state, subscription.left_at = SubscriptionState.UNSUBSCRIBED, now
        subscription.save(update_fields=["state", "left_at"])
        _forget(subscription.subscriber, now)


def _forget(subscriber: Subscriber, now: datetime) -> None:
    others = subscriber.subscriptions.exclude(state=SubscriptionState.UNSUBSCRIBED)
    if others.exists() or subscriber.subscriptions.filter(confirmed_at__isnull=False).exists():
        return
    erasing.empty(subscriber, now)


def _subscription(token: str, purpose: Purpose, now: datetime, *, lock: bool) -> Subscription:
    claim = links.read(token, purpose, now)
    rows = Subscription.objects.select_related("subscriber", "mailing_list")
    if lock:
        rows = rows.select_for_update(of=("self",))
    subscription = rows.filter(subscriber=claim.subject, mailing_list=claim.audience).first()
    if (
        subscription is None
        or subscription.round != claim.round
        or subscription.state == SubscriptionState.UNSUBSCRIBED
    ):
        raise BadToken(
            N_(
                "This link was used up: its request was withdrawn, or followed by an"
                " unsubscription. To receive the mails, fill in the form again."
            )
        )
    return subscription
