"""What the preflight found, each with the page where it is mended."""

from dataclasses import dataclass

from django.urls import reverse

from mailer.curation.models import Issue
from mailer.editions.preflight import Finding, Place
from mailer.errors import MailerError


@dataclass(frozen=True, slots=True)
class Mending:
    """A finding and the address of its place; empty where no page of the desk mends it."""

    forbids: bool
    sentence: MailerError
    address: str


def mendings(found: list[Finding], issue: Issue) -> list[Mending]:
    """Each finding once: what is wrong with the publication is wrong in each of its editions."""
    told = {_key(one): one for one in found}
    return [Mending(one.forbids, one.sentence, _address(one.place, issue)) for one in told.values()]


def _key(finding: Finding) -> tuple[object, ...]:
    values = finding.sentence.values
    return finding.sentence.message, *(values.get(name) for name in ("language", "number", "left"))


def _address(place: Place | None, issue: Issue) -> str:
    if place is None:
        return ""
    if place.room == "issue":
        language = f"?lang={place.language}" if place.language else ""
        entry = f"#item-{place.entry}" if place.entry else ""
        return reverse("desk:issue", args=[issue.pk]) + language + entry
    return reverse(f"desk:{place.room}", args=[issue.publication.slug])
