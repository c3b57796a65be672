"""Leaving: by one click in the mail program (RFC 8058), by a page, by the preferences, by mail."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from mailer.errors import N_, BadToken
from mailer.subscribers import consents, correspondence, links, wording
from mailer.subscribers.consents import Act, Where
from mailer.subscribers.models import (
    MailingList,
    Subscriber,
    Subscription,
    SubscriptionState,
)
from mailer.subscribers.tokens import Claim, Purpose

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Departure:
    """What an unsubscription link is about: who leaves which lists; `over` when they have left."""

    subscriber: Subscriber
    lists: tuple[MailingList, ...]
    over: bool

    @property
    def name(self) -> str:
        """The names of the lists in the person's language, as one text."""
        return ", ".join(each.name(self.subscriber.language) for each in self.lists)


def look(token: str, now: datetime) -> Departure:
    """What the page shows; changes nothing. Raises BadToken."""
    claim = links.read(token, Purpose.UNSUBSCRIBE, now)
    subscriber = Subscriber.objects.filter(pk=claim.subject).first()
    if subscriber is None:
        raise BadToken(
            N_("The person this link was made for is not known here: there is nothing to end.")
        )
    ties = list(_ties(claim).select_related("mailing_list").order_by("mailing_list__slug"))
    over = all(tie.state == SubscriptionState.UNSUBSCRIBED for tie in ties)
    return Departure(subscriber, tuple(tie.mailing_list for tie in ties), over)


def unsubscribe(token: str, *, where: Where, now: datetime) -> Departure:
    """End the subscriptions of the link's list, at once; a second time changes nothing.

    It is recorded when this returns: what raises was not. Raises BadToken.
    """
    departure = replace(look(token, now), over=True)
    _end(_ties(links.read(token, Purpose.UNSUBSCRIBE, now)), where, now)
    return departure


def leave(subscriber: Subscriber, slugs: Collection[str], *, where: Where, now: datetime) -> None:
    """End a person's subscriptions to these lists, at once."""
    _end(subscriber.subscriptions.filter(mailing_list__slug__in=list(slugs)), where, now)


def leave_by_mail(
    subscriber: Subscriber,
    audience: int = links.EVERY_LIST,
    *,
    where: Where,
    now: datetime,
    message_id: str = "",
    answer: bool = True,
) -> list[int]:
    """End a reader's subscription to a list, or to every list, for whom a mail speaks.

    `message_id` is that mail's, kept as the proof. Returns the ids of the subscriptions that were
    confirmed, for `rejoin`. Without `answer` no letter says farewell.
    """
    ties = _ties(Claim(Purpose.UNSUBSCRIBE, subscriber.pk, audience))
    left = _end(ties, where, now, message_id, answer=answer)
    return [tie.pk for tie, was_confirmed in left if was_confirmed]


def rejoin(subscriptions: list[int], *, left_at: datetime, where: Where, now: datetime) -> int:
    """Take an ending back that was a mistake of ours; how many stand again.

    Only those that nobody has touched since they ended at `left_at`.
    """
    with transaction.atomic():
        ended = Subscription.objects.filter(
            pk__in=subscriptions, state=SubscriptionState.UNSUBSCRIBED, left_at=left_at
        ).filter(subscriber__erased_at=None)
        locked = ended.select_for_update(of=("self",)).select_related("subscriber", "mailing_list")
        back = list(locked.order_by("pk"))
        for tie in back:
            tie.state, tie.left_at = SubscriptionState.CONFIRMED, None
            tie.save(update_fields=["state", "left_at"])
            consents.record(tie, Act.RESTORED, text="", where=where, now=now)
    return len(back)


def _end(
    ties: QuerySet[Subscription],
    where: Where,
    now: datetime,
    message_id: str = "",
    *,
    answer: bool = True,
) -> list[tuple[Subscription, bool]]:
    standing = ties.exclude(state=SubscriptionState.UNSUBSCRIBED)
    with transaction.atomic():
        locked = standing.select_for_update(of=("self",))
        told = locked.select_related("subscriber", "mailing_list").order_by("pk")
        left = [(tie, _leave(tie, where, now, message_id)) for tie in told]
    for tie, was_confirmed in left:
        if was_confirmed and answer:
            _say_farewell(tie, now)
    return left


def _ties(claim: Claim) -> QuerySet[Subscription]:
    ties = Subscription.objects.filter(subscriber=claim.subject)
    return ties if claim.audience == links.EVERY_LIST else ties.filter(mailing_list=claim.audience)


def _leave(tie: Subscription, where: Where, now: datetime, message_id: str) -> bool:
    """End one subscription; whether it stood, so that there is somebody to say farewell to."""
    was_confirmed = tie.state == SubscriptionState.CONFIRMED
    tie.state, tie.left_at = SubscriptionState.UNSUBSCRIBED, now
    tie.save(update_fields=["state", "left_at"])
    language = tie.subscriber.language
    text = wording.leave_text(tie.mailing_list.name(language), language)
    consents.record(tie, Act.UNSUBSCRIBED, text=text, where=where, now=now, message_id=message_id)
    return was_confirmed


def _say_farewell(tie: Subscription, now: datetime) -> None:
    """The unsubscription stands already: a letter that cannot be written must not undo it."""
    try:
        with transaction.atomic():
            correspondence.farewell(tie, now)
    except Exception:
        log.exception("no farewell for subscription %d", tie.pk)
