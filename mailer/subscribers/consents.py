"""The proof: one row an act, appended and never changed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices

from mailer.subscribers.models import Consent, Subscription


class Act(TextChoices):
    """What a person, or somebody in their name, did."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DISOWNED = "disowned"
    UNSUBSCRIBED = "unsubscribed"
    IMPORTED = "imported"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Where:
    """Where an act came from: a page or a file, and the truncated network."""

    origin: str
    network: str = ""


def record(
    subscription: Subscription,
    act: Act,
    *,
    text: str,
    where: Where,
    now: datetime,
    message_id: str = "",
) -> Consent:
    """Append the row of an act on a subscription, in the subscriber's language."""
    return Consent.objects.create(
        subscriber_id=subscription.subscriber_id,
        mailing_list_id=subscription.mailing_list_id,
        act=act,
        at=now,
        text_shown=text,
        language=subscription.subscriber.language,
        origin=where.origin[:200],
        network=where.network,
        message_id=message_id,
    )


def asking_mail(subscription: Subscription) -> str:
    """The Message-ID of the newest confirmation mail of a subscription; "" when there is none."""
    asked = Consent.objects.filter(
        subscriber_id=subscription.subscriber_id,
        mailing_list_id=subscription.mailing_list_id,
        act=Act.REQUESTED,
    )
    return asked.order_by("-id").values_list("message_id", flat=True).first() or ""
