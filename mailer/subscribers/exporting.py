"""People as a CSV file: UTF-8 with a BOM, streamed, harmless to a spreadsheet."""

import csv
from collections.abc import Iterator
from typing import TextIO

from django.db.models import QuerySet

from mailer.errors import N_, NotFound
from mailer.subscribers.columns import EXPORTED
from mailer.subscribers.models import MailingList, Subscription
from mailer.subscribers.table import guarded

_AT_ONCE = 2_000


def export_csv(out: TextIO, list_slug: str = "") -> int:
    """Write one line per subscription, of one list or of all; returns how many.

    Columns: email, name, language, the attributes by name, then list, state, requested_at,
    confirmed_at, left_at (ISO 8601, UTC). Erased people are not in it. A cell that a spreadsheet
    would take for a formula begins with an apostrophe, which an import takes away again. Raises
    NotFound for a list that is not there.
    """
    if list_slug and not MailingList.objects.filter(slug=list_slug).exists():
        raise NotFound(N_("There is no list “%(list)s”."), list=list_slug)
    ties = Subscription.objects.filter(subscriber__erased_at__isnull=True)
    if list_slug:
        ties = ties.filter(mailing_list__slug=list_slug)
    names = _attribute_names(ties)
    # Excel reads UTF-8 only behind a BOM.
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([guarded(cell) for cell in ("email", "name", "language", *names, *EXPORTED)])
    count = 0
    for record in _records(ties, names):
        writer.writerow([guarded(cell) for cell in record])
        count += 1
    return count


def _attribute_names(ties: QuerySet[Subscription]) -> list[str]:
    names: dict[str, None] = {}
    with_some = ties.exclude(subscriber__attributes={})
    for attributes in with_some.values_list("subscriber__attributes", flat=True).iterator(
        chunk_size=_AT_ONCE
    ):
        names.update(dict.fromkeys(attributes))
    return sorted(names)


def _records(ties: QuerySet[Subscription], names: list[str]) -> Iterator[list[str]]:
    ordered = ties.select_related("subscriber", "mailing_list").order_by("pk")
    for tie in ordered.iterator(chunk_size=_AT_ONCE):
        person = tie.subscriber
        times = (tie.requested_at, tie.confirmed_at, tie.left_at)
        yield [
            person.email,
            person.name,
            person.language,
            *(str(person.attributes.get(name, "")) for name in names),
            tie.mailing_list.slug,
            tie.state,
            *(moment.isoformat() if moment else "" for moment in times),
        ]
