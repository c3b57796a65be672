"""The letters of a subscription: please confirm, welcome, farewell.

Nothing in them was typed by the visitor but the address they go to.
"""

from datetime import datetime

from mailer.letters import outbox
from mailer.letters.models import Letter
from mailer.subscribers import links
from mailer.subscribers.models import Subscription


def ask_to_confirm(subscription: Subscription, now: datetime) -> Letter:
    """Queue the mail with the link that confirms, and the one that says "this was not me"."""
    bound = (subscription.subscriber_id, subscription.mailing_list_id, subscription.round, now)
    name = _name(subscription)
    return _post(
        "confirmation",
        subscription,
        now,
        publication_name=name,
        list_name=name,
        confirm_url=links.confirm_url(*bound),
        cancel_url=links.disown_url(*bound),
        hours=int(links.CONFIRM_FOR.total_seconds() // 3600),
    )


def welcome(subscription: Subscription, now: datetime) -> Letter:
    """Queue the mail that says it worked, and how to change one's mind."""
    subscriber, mailing_list = subscription.subscriber_id, subscription.mailing_list_id
    return _post(
        "welcome",
        subscription,
        now,
        publication_name=_name(subscription),
        preferences_url=links.preferences_url(subscriber, now),
        unsubscribe_url=links.unsubscribe_url(subscriber, mailing_list),
    )


def farewell(subscription: Subscription, now: datetime) -> Letter:
    """Queue the mail that says it is over, and where the form is."""
    mailing_list = subscription.mailing_list
    return _post(
        "farewell",
        subscription,
        now,
        publication_name=_name(subscription),
        subscribe_url=links.subscribe_url(mailing_list.slug, subscription.subscriber.language),
    )


def _name(subscription: Subscription) -> str:
    return subscription.mailing_list.name(subscription.subscriber.language)


def _post(kind: str, subscription: Subscription, now: datetime, **context: object) -> Letter:
    subscriber = subscription.subscriber
    return outbox.post(
        kind,
        subscriber.email,
        subscriber.language,
        context,
        now=now,
        sender_name=_name(subscription),
    )
