"""Why a mailing's refused were refused, and why its uncertain are: counted from the rows.

A look at all rows of a mailing, of which only those that are meant are read: for a page that
somebody asks for, and not for one that moves by itself.
"""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from mailer.mailings.models import Delivery, DeliveryState, Mailing
from mailer.mailings.refusals import kind_of
from mailer.mailings.retry import WITHOUT_MARKS, Kind


@dataclass(frozen=True, slots=True)
class Doubt:
    """So many are uncertain: `sentence`, a message id, says why; `said`, how the line broke."""

    sentence: str
    said: str
    count: int


def refusals(mailing: Mailing) -> dict[Kind, int]:
    """How many were refused for which reason, the most first."""
    told: Counter[Kind] = Counter()
    for code, text, count in _said(mailing, DeliveryState.REFUSED):
        told[kind_of(code, text)] += count
    return dict(told.most_common())


def doubts(mailing: Mailing) -> list[Doubt]:
    """How many are uncertain, by what the ledger says of them, the most first."""
    found = sorted(_said(mailing, DeliveryState.UNCERTAIN), key=lambda one: -one[2])
    return [_doubt(text, count) for _, text, count in found]


def _doubt(text: str, count: int) -> Doubt:
    if text in {WITHOUT_MARKS, Kind.UNKNOWN.value}:
        return Doubt(text, "", count)
    return Doubt(Kind.UNKNOWN.value, text, count)


def _said(mailing: Mailing, state: DeliveryState) -> list[tuple[int | None, str, int]]:
    found = Delivery.objects.filter(
        mailing=mailing, id__gte=mailing.first, id__lte=mailing.last, state=state
    )
    # A code beside a doubt is that of an earlier attempt.
    code = [] if state == DeliveryState.UNCERTAIN else ["smtp_code"]
    counted = found.values_list(*code, "smtp_text").annotate(count=Count("id")).order_by()
    return [(None, *row) if not code else row for row in counted]
