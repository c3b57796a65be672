"""Clicks: which link of an edition was followed, and how often; never by whom (a verb).

The address is the same in everybody's mail, so nothing in it tells of a reader, and all that is
kept of a click is that a number is larger by one. Who looks before the number is mailed, the
newsroom in a test, is led on and not counted.
"""

from dataclasses import dataclass

from django.db import connection

from mailer.editions.archive import PUBLIC
from mailer.editions.models import Edition
from mailer.errors import N_, NotFound
from mailer.receipts.models import Click

# One statement, so that two clicks at once are two. A row is made by the first.
_COUNT = """
INSERT INTO receipts_click (edition_id, link, count) VALUES (%s, %s, 1)
ON CONFLICT (edition_id, link) DO UPDATE SET count = receipts_click.count + 1
"""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a counted link leads; `language` is its edition's, `counts` that readers have it."""

    edition: int
    number: int
    url: str
    language: str
    counts: bool


def find(key: str, number: int) -> Target:
    """The link of this number in the edition of this key. Raises NotFound."""
    found = Edition.objects.filter(clicks_key=key) if key else Edition.objects.none()
    row = found.values_list("pk", "language", "links", "issue__state").first()
    if row:
        edition, language, links, state = row
        url = links[number - 1] if 0 < number <= len(links) else ""
        if url:
            return Target(edition, number, url, language, state in PUBLIC)
    raise NotFound(N_("This link leads nowhere: it is in none of our mails."))


def count(target: Target) -> None:
    """One more, if its edition has left the house."""
    if target.counts:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [target.edition, target.number])


def of_edition(edition_id: int) -> dict[int, int]:
    """How often each link was followed, by its number; those that never were are left out."""
    return dict(Click.objects.filter(edition=edition_id).values_list("link", "count"))
