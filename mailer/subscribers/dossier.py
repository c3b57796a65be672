"""One person's file: everything that is kept about them here, to be read and to be exported."""

from datetime import datetime
from typing import Any

from mailer.errors import N_, BadToken
from mailer.letters.models import Letter
from mailer.subscribers import links
from mailer.subscribers.models import Subscriber, Suppression
from mailer.subscribers.tokens import Purpose


def open_file(token: str, now: datetime) -> Subscriber:
    """The person whose data a link of one hour opens; changes nothing. Raises BadToken."""
    claim = links.read(token, Purpose.DATA, now)
    subscriber = Subscriber.objects.filter(pk=claim.subject, erased_at__isnull=True).first()
    if subscriber is None or links.address_tag(subscriber.email_key or "") != claim.audience:
        raise BadToken(
            N_("This link was used up: the data were erased, or the address was changed since.")
        )
    return subscriber


def file_of(person: Subscriber) -> dict[str, Any]:
    """A person's file, for JSON: times are ISO 8601 in UTC.

    `{subscriber, address, name, language, attributes, since, paused_until, erased_at, suppressed,
    lists, acts, letters}`; what was mailed by which mailing stands with the deliveries.
    """
    return {
        "subscriber": person.pk,
        "address": person.email,
        "name": person.name,
        "language": person.language,
        "attributes": person.attributes,
        "since": _at(person.created_at),
        "paused_until": _at(person.paused_until),
        "erased_at": _at(person.erased_at),
        "suppressed": _suppression(person),
        "lists": _lists(person),
        "acts": acts_of(person),
        "letters": _letters(person),
    }


def acts_of(person: Subscriber) -> list[dict[str, Any]]:
    """The proofs of a person, oldest first, each with the text that was shown."""
    return [
        {
            "act": act.act,
            "at": _at(act.at),
            "list": act.mailing_list.slug if act.mailing_list else None,
            "shown": act.shown,
            "version": act.wording.version if act.wording else None,
            "language": act.language,
            "form": act.origin,
            "site": act.site,
            "network": act.network,
            "message_id": act.message_id,
        }
        for act in person.consents.select_related("mailing_list", "wording").order_by("at", "pk")
    ]


def _lists(person: Subscriber) -> list[dict[str, Any]]:
    ties = person.subscriptions.select_related("mailing_list").order_by("mailing_list__slug")
    return [
        {
            "list": tie.mailing_list.slug,
            "name": tie.mailing_list.name(person.language),
            "state": tie.state,
            "requested_at": _at(tie.requested_at),
            "confirmed_at": _at(tie.confirmed_at),
            "left_at": _at(tie.left_at),
        }
        for tie in ties
    ]


def _letters(person: Subscriber) -> list[dict[str, Any]]:
    if not person.email:
        return []
    letters = Letter.objects.filter(recipient=person.email).order_by("pk")
    return [
        {"kind": letter.kind, "at": _at(letter.created_at), "state": letter.state}
        for letter in letters.only("kind", "created_at", "state")
    ]


def _suppression(person: Subscriber) -> dict[str, Any] | None:
    found = Suppression.objects.filter(email_key=person.email_key or "").first()
    if found is None:
        return None
    return {
        "reason": found.reason,
        "origin": found.origin,
        "evidence": found.evidence,
        "at": _at(found.at),
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
