"""People as a CSV file: UTF-8 with a BOM, in pieces, harmless to a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from typing import Any, TextIO

from django.db import connection

from mailer.errors import N_, NotFound
from mailer.subscribers.columns import EXPORTED
from mailer.subscribers.models import MailingList, Subscription
from mailer.subscribers.table import guarded

#: Rows of one piece, which is one look at the database: memory stays flat, and no cursor stays
#: open while somebody reads slowly.
_AT_ONCE = 1_000
_NAMES = {
    "postgresql": """
    SELECT DISTINCT jsonb_object_keys(attributes) FROM subscribers_subscriber
     WHERE attributes <> '{}'
    """,
    "sqlite": """
    SELECT DISTINCT each.key FROM subscribers_subscriber, json_each(attributes) AS each
     WHERE attributes <> '{}'
    """,
}


def export_csv(out: TextIO, list_slug: str = "") -> None:
    """Write one line per subscription, of one list or of all. Raises NotFound."""
    out.writelines(csv_pieces(list_slug))


def csv_pieces(list_slug: str = "") -> Iterator[str]:
    """The file: a line per subscription, of one list or of all.

    Columns: email, name, language, the attributes by name, then list, state, requested_at,
    confirmed_at, left_at (ISO 8601, UTC). Erased people are not in it. A cell that a spreadsheet
    would take for a formula begins with an apostrophe, which an import takes away again. Raises
    NotFound, at once, for a list that is not there.
    """
    if list_slug and not MailingList.objects.filter(slug=list_slug).exists():
        raise NotFound(N_("There is no list “%(list)s”."), list=list_slug)
    return _pieces(list_slug)


def _pieces(list_slug: str) -> Iterator[str]:
    names = _attribute_names()
    # Excel reads UTF-8 only behind a BOM.
    out = io.StringIO("\ufeff")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out)
    writer.writerow([guarded(cell) for cell in ("email", "name", "language", *names, *EXPORTED)])
    last = 0
    while rows := _rows(list_slug, last):
        writer.writerows(_cells(row, names) for row in rows)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
        last = rows[-1][0]
    yield out.getvalue()


def _attribute_names() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_NAMES[connection.vendor])
        return sorted(name for (name,) in cursor.fetchall())


def _rows(list_slug: str, last: int) -> list[tuple[Any, ...]]:
    ties = Subscription.objects.filter(pk__gt=last, subscriber__erased_at__isnull=True)
    if list_slug:
        ties = ties.filter(mailing_list__slug=list_slug)
    columns = (
        *("pk", "subscriber__email", "subscriber__name", "subscriber__language"),
        *("subscriber__attributes", "mailing_list__slug", "state"),
        *("requested_at", "confirmed_at", "left_at"),
    )
    return list(ties.order_by("pk").values_list(*columns)[:_AT_ONCE])


def _cells(row: tuple[Any, ...], names: list[str]) -> list[str]:
    _, email, name, language, attributes, slug, state, *times = row
    cells = [email, name, language, *(str(attributes.get(one, "")) for one in names), slug, state]
    return [guarded(cell) for cell in cells] + [at.isoformat() if at else "" for at in times]
