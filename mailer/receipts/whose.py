"""Whose a report is: the delivery, or at least the reader, that its clues prove (a verb).

    verp         the envelope sender, with its MAC
    message-id   compared with that of each delivery to the readers it names: it is a MAC itself
    link         the signed link to leave, out of the mail that was returned
    provider     an address, where the provider that signed the report names it

Old keys are tried too: reports come back for weeks after a key has changed.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from mailer.errors import BadAddress, BadToken
from mailer.mailings.models import Delivery, DeliveryState
from mailer.mailings.report import imprints
from mailer.mime.verp import read_verp
from mailer.receipts.notice import Notice
from mailer.subscribers import address, links
from mailer.subscribers.models import Subscriber
from mailer.subscribers.tokens import Purpose

#: Deliveries whose Message-IDs are compared, the newest first: reports are about days, not years.
_MOST = 60
#: An edition's number has no more digits.
_LONGEST = 18


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose it is; `delivery` is None where only the reader is known.

    `audience` is the list of the link that proves it, else every list.
    """

    subscriber: Subscriber
    delivery: Delivery | None
    proof: str
    audience: int = links.EVERY_LIST


def owner(notice: Notice) -> Owner | None:
    """Whose a report is; None when nothing proves it."""
    for found in (_by_ledger, _by_verp, _by_message_id, _by_link, _by_provider):
        if (known := found(notice)) is not None:
            return known
    return None


def asker(notice: Notice) -> Owner | None:
    """The reader in whose name a mail was written, which anybody can write."""
    person = _people([notice.clues.sender]).first()
    return Owner(person, _newest(person), "") if person else None


def _by_ledger(notice: Notice) -> Owner | None:
    return _of_delivery(notice.delivery, "dialogue")


def _by_verp(notice: Notice) -> Owner | None:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    for told in notice.clues.verp:
        for secret in secrets:
            if (delivery := read_verp(told, secret.encode())) is not None:
                return _of_delivery(delivery, "verp")
    return None


def _of_delivery(delivery_id: int | None, proof: str) -> Owner | None:
    if delivery_id is None or delivery_id >= 1 << 63:
        return None
    found = Delivery.objects.select_related("subscriber", "mailing").filter(pk=delivery_id).first()
    return Owner(found.subscriber, found, proof) if found else None


def _by_message_id(notice: Notice) -> Owner | None:
    if not notice.clues.message_ids:
        return None
    named = [one.recipient for one in notice.findings]
    people = _people([*named, *notice.clues.recipients, notice.clues.sender])
    deliveries = Delivery.objects.filter(subscriber__in=people)
    if editions := _editions(notice.clues.feedback):
        deliveries = deliveries.filter(edition__in=editions)
    found = list(_whole(deliveries))
    known = imprints(pk__in={one.edition_id for one in found})
    for delivery in found:
        ours = known[delivery.edition_id].message_id(delivery.subscriber_id)
        if any(_same(ours, told) for told in notice.clues.message_ids):
            return Owner(delivery.subscriber, delivery, "message-id")
    return None


def _by_link(notice: Notice) -> Owner | None:
    for token in notice.clues.tokens:
        try:
            claim = links.claimed(token)
        except BadToken:
            continue
        person = Subscriber.objects.filter(pk=claim.subject).first()
        if person is not None and claim.purpose == Purpose.UNSUBSCRIBE:
            editions = _editions(notice.clues.feedback)
            deliveries = Delivery.objects.filter(subscriber=person, edition__in=editions)
            return Owner(person, _whole(deliveries).first(), "link", claim.audience)
    return None


def _by_provider(notice: Notice) -> Owner | None:
    if not notice.trusted:
        return None
    person = _people([one.recipient for one in notice.findings]).first()
    return Owner(person, _newest(person), "provider") if person else None


def _newest(person: Subscriber) -> Delivery | None:
    left = (DeliveryState.SENT, DeliveryState.UNCERTAIN)
    return _whole(Delivery.objects.filter(subscriber=person, state__in=left)).first()


def _whole(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return deliveries.select_related("subscriber", "mailing").order_by("-mailing_id")[:_MOST]


def _people(named: Iterable[str]) -> QuerySet[Subscriber]:
    keys = set()
    for one in named:
        try:
            keys.add(address.key(one))
        except BadAddress:
            continue
    return Subscriber.objects.filter(email_key__in=keys).order_by("pk")


def _editions(feedback: Iterable[str]) -> list[int]:
    """The edition is the first field of our Feedback-IDs (mailings.message)."""
    first = [one.split(":")[0].strip() for one in feedback]
    return [int(one) for one in first if one.isascii() and one.isdecimal() and len(one) < _LONGEST]


def _same(ours: str, told: str) -> bool:
    return hmac.compare_digest(ours.encode(), told.encode("ascii", "replace"))
