"""Leaving: by one click in the mail program (RFC 8058), by the page, by the preferences."""

import logging
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

_Left = tuple[Subscription, bool]


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
    claim = links.read(token, Purpose.UNSUBSCRIBE, now)
    _say_farewell_to(_end(_ties(claim), where, now), now)
    return departure


def leave_all(
    subscriber: Subscriber, *, where: Where, now: datetime, answer: bool = True
) -> list[int]:
    """End every subscription of a reader who asked in another way than by a link.

    Returns the ids of those that were confirmed. Without `answer` no letter says farewell.
    """
    left = _end(Subscription.objects.filter(subscriber=subscriber), where, now)
    if answer:
        _say_farewell_to(left, now)
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


def _end(ties: QuerySet[Subscription], where: Where, now: datetime) -> list[_Left]:
    """End those that stand; each with whether it was confirmed."""
    with transaction.atomic():
        standing = ties.exclude(state=SubscriptionState.UNSUBSCRIBED)
        locked = standing.select_for_update(of=("self",)).select_related(
            "subscriber", "mailing_list"
        )
        return [(tie, _leave(tie, where, now)) for tie in locked.order_by("pk")]


def _say_farewell_to(left: list[_Left], now: datetime) -> None:
    for tie, was_confirmed in left:
        if was_confirmed:
            _say_farewell(tie, now)


def _ties(claim: Claim) -> QuerySet[Subscription]:
    ties = Subscription.objects.filter(subscriber=claim.subject)
    return ties if claim.audience == links.EVERY_LIST else ties.filter(mailing_list=claim.audience)


def _leave(tie: Subscription, where: Where, now: datetime) -> bool:
    """End one subscription; whether it stood, so that there is somebody to say farewell to."""
    was_confirmed = tie.state == SubscriptionState.CONFIRMED
    tie.state, tie.left_at = SubscriptionState.UNSUBSCRIBED, now
    tie.save(update_fields=["state", "left_at"])
    language = tie.subscriber.language
    text = wording.leave_text(tie.mailing_list.name(language), language)
    consents.record(tie, Act.UNSUBSCRIBED, text=text, where=where, now=now)
    return was_confirmed


def _say_farewell(tie: Subscription, now: datetime) -> None:
    """The unsubscription stands already: a letter that cannot be written must not undo it."""
    try:
        with transaction.atomic():
            correspondence.farewell(tie, now)
    except Exception:
        log.exception("no farewell for subscription %d", tie.pk)
