"""The proof: one row an act, appended and never changed.

What a page of ours showed is kept once for everybody who was shown it, by version and language
(`Wording`); what an import names as its evidence stands in the row itself.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices

from mailer.subscribers import wording
from mailer.subscribers.models import Consent, Subscriber, Subscription, Wording


class Act(TextChoices):
    """What a person, or somebody in their name, did."""

    REQUESTED = "requested"
    REMINDED = "reminded"
    CONFIRMED = "confirmed"
    DISOWNED = "disowned"
    UNSUBSCRIBED = "unsubscribed"
    IMPORTED = "imported"
    RESTORED = "restored"
    PAUSED = "paused"
    RESUMED = "resumed"
    MOVED = "address changed"
    ERASED = "erased"


#: The acts that answer a text on a page.
_ANSWERS = frozenset({Act.REQUESTED, Act.CONFIRMED, Act.UNSUBSCRIBED})


@dataclass(frozen=True, slots=True)
class Where:
    """Where an act came from: a form or a file, as much of the network as is kept, and the web
    site that showed the form, where it was not ours."""

    origin: str
    network: str = ""
    site: str = ""


def record(
    subscription: Subscription,
    act: Act,
    *,
    text: str,
    where: Where,
    now: datetime,
    message_id: str = "",
    language: str = "",
) -> Consent:
    """Append the row of an act on a subscription; `text` is what was shown, "" for nothing.

    `language` is that of the text, by default the subscriber's.
    """
    return _append(
        subscription.subscriber,
        subscription.mailing_list_id,
        act,
        text=text,
        language=language or subscription.subscriber.language,
        where=where,
        now=now,
        message_id=message_id,
    )


def record_of_person(subscriber: Subscriber, act: Act, *, where: Where, now: datetime) -> Consent:
    """Append the row of an act that is about no list."""
    return _append(
        subscriber,
        None,
        act,
        text="",
        language=subscriber.language,
        where=where,
        now=now,
        message_id="",
    )


def _append(
    subscriber: Subscriber,
    list_id: int | None,
    act: Act,
    *,
    text: str,
    language: str,
    where: Where,
    now: datetime,
    message_id: str,
) -> Consent:
    kept = _kept(act, language, text, now) if text and act in _ANSWERS else None
    return Consent.objects.create(
        subscriber=subscriber,
        mailing_list_id=list_id,
        act=act,
        at=now,
        text_shown="" if kept else text,
        wording=kept,
        language=language,
        origin=where.origin[:200],
        site=where.site[:200],
        network=where.network,
        message_id=message_id,
    )


def _kept(act: Act, language: str, text: str, now: datetime) -> Wording:
    kept, _ = Wording.objects.get_or_create(
        version=wording.version(text),
        defaults={"kind": act, "language": language, "text": text, "first_shown_at": now},
    )
    return kept


def shown_before(version: str) -> tuple[str, str] | None:
    """The text of a version that somebody was shown before, and its language."""
    return Wording.objects.filter(version=version).values_list("text", "language").first()


def asking_mail(subscription: Subscription) -> str:
    """The Message-ID of the newest mail that asked to confirm; "" when there is none."""
    asked = Consent.objects.filter(
        subscriber_id=subscription.subscriber_id,
        mailing_list_id=subscription.mailing_list_id,
        act__in=[Act.REQUESTED, Act.REMINDED],
    )
    return asked.order_by("-id").values_list("message_id", flat=True).first() or ""
