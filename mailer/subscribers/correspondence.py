"""The letters of a subscription: please confirm, a reminder, welcome, farewell; and those with a
link of one hour, to one's data or to a new address.

Nothing in them was typed by the visitor but the address they go to.
"""

from datetime import datetime

from mailer.letters import outbox
from mailer.letters.models import Letter
from mailer.subscribers import links
from mailer.subscribers.models import AddressChange, MailingList, Subscriber, Subscription


def ask_to_confirm(subscription: Subscription, now: datetime) -> Letter:
    """Queue the mail with the link that confirms, and the one that says "this was not me"."""
    return _ask("confirmation", subscription, now)


def remind(subscription: Subscription, now: datetime) -> Letter:
    """Queue the one mail that asks again, with links of its own."""
    return _ask("reminder", subscription, now)


def _ask(kind: str, subscription: Subscription, now: datetime) -> Letter:
    bound = (subscription.subscriber_id, subscription.mailing_list_id, subscription.round, now)
    name = _name(subscription)
    return _post(
        kind,
        subscription.subscriber,
        name,
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
    name = _name(subscription)
    return _post(
        "welcome",
        subscription.subscriber,
        name,
        now,
        publication_name=name,
        preferences_url=links.preferences_url(subscriber, now),
        unsubscribe_url=links.unsubscribe_url(subscriber, mailing_list),
    )


def farewell(subscription: Subscription, now: datetime) -> Letter:
    """Queue the mail that says it is over, and where the form is."""
    mailing_list, name = subscription.mailing_list, _name(subscription)
    return _post(
        "farewell",
        subscription.subscriber,
        name,
        now,
        publication_name=name,
        subscribe_url=links.subscribe_url(mailing_list.slug, subscription.subscriber.language),
    )


def data_link(subscriber: Subscriber, now: datetime) -> Letter:
    """Queue the mail with the link to one's data, for a person who has an address."""
    name = _house(subscriber)
    key = subscriber.email_key or ""
    data_url = links.data_url(subscriber.pk, key, now)
    return _post("data", subscriber, name, now, publication_name=name, data_url=data_url)


def new_address(change: AddressChange, now: datetime) -> Letter:
    """Queue the mail to a new address, with the button that makes it the person's own."""
    subscriber, name = change.subscriber, _house(change.subscriber)
    address_url = links.address_url(subscriber.pk, change.pk, now)
    return _post(
        "address",
        subscriber,
        name,
        now,
        to=change.email,
        publication_name=name,
        address_url=address_url,
    )


def _name(subscription: Subscription) -> str:
    return subscription.mailing_list.name(subscription.subscriber.language)


def _house(subscriber: Subscriber) -> str:
    """Who writes to a person of whom no one list is meant: the first list there is."""
    public_first = MailingList.objects.order_by("-public", "pk").first()
    return public_first.name(subscriber.language) if public_first else ""


def _post(
    kind: str, subscriber: Subscriber, name: str, now: datetime, *, to: str = "", **context: object
) -> Letter:
    return outbox.post(
        kind,
        to or subscriber.email,
        subscriber.language,
        context,
        now=now,
        sender_name=name,
    )
