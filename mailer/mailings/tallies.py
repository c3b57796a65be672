"""How many deliveries are in each state, kept beside the rows: read without reading them.

The ledger adds to it in the transaction that moves the rows. A worker that added to one shared row
would hold it until its commit, and the others wait; so each adds rows of its own, and the clock
folds them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import connection, transaction
from django.db.models import Sum

from mailer.mailings import statements
from mailer.mailings.models import DeliveryState, Tally

#: Domains that are counted by name: those at which a limit or a refusal is worth a look.
NAMED = 20
#: A mailing with so many rows is folded: a page reads a thousand in a millisecond.
_MANY = 1000

Moves = Counter[tuple[int, str]]


def add(mailing_id: int, moves: Mapping[tuple[int, str], int]) -> None:
    """So many more, or fewer, by (state, domain); the domain is empty where it is not named."""
    rows = [(mailing_id, state, domain, count) for (state, domain), count in moves.items() if count]
    # In SQL: four times for each group and each batch of outcomes.
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                statements.add_tallies(len(rows)), [value for row in rows for value in row]
            )


def move(mailing_id: int, before: DeliveryState, after: DeliveryState, count: int) -> None:
    """So many went from one state to another."""
    add(mailing_id, {(before, ""): -count, (after, ""): count})


def by_state(mailing_id: int) -> dict[DeliveryState, int]:
    """How many are in each state, of one statement and so of one instant."""
    found = Tally.objects.filter(mailing=mailing_id).values_list("state").annotate(Sum("count"))
    return {DeliveryState(state): count for state, count in found.order_by() if count}


def whole(mailing_id: int) -> dict[tuple[DeliveryState, str], int]:
    """How many are in each state by domain ("" where it is not named), all of one instant.

    Of those that wait only the sums over all domains mean something: they are counted where they
    came from.
    """
    found = Tally.objects.filter(mailing=mailing_id).values_list("state", "domain")
    counted = found.annotate(Sum("count")).order_by()
    return {(DeliveryState(state), domain): count for state, domain, count in counted}


def by_domain(mailing_id: int) -> dict[str, dict[DeliveryState, int]]:
    """How many at each named domain were sent, refused, put off or left uncertain."""
    found = (
        Tally.objects.filter(mailing=mailing_id)
        .exclude(domain="")
        .values_list("domain", "state")
        .annotate(Sum("count"))
    )
    told: dict[str, dict[DeliveryState, int]] = {}
    for domain, state, count in found.order_by():
        told.setdefault(domain, {})[DeliveryState(state)] = count
    return told


def recount(mailing_id: int, counted: Mapping[int, int]) -> bool:
    """Make the sums those that were counted from the rows; whether they had differed."""
    known = by_state(mailing_id)
    wrong = {
        (state.value, ""): counted.get(state, 0) - known.get(state, 0) for state in DeliveryState
    }
    add(mailing_id, wrong)
    return any(wrong.values())


def fold(mailing_id: int, *, least: int = _MANY) -> None:
    """Where `least` rows or more have come together, put their sums in their place."""
    with transaction.atomic():
        rows = list(Tally.objects.select_for_update(skip_locked=True).filter(mailing=mailing_id))
        if len(rows) >= least:
            ids, moves = _summed(rows)
            Tally.objects.filter(pk__in=ids).delete()
            add(mailing_id, moves)


def _summed(rows: Iterable[Tally]) -> tuple[list[int], Moves]:
    ids: list[int] = []
    moves: Moves = Counter()
    for row in rows:
        ids.append(row.pk)
        moves[row.state, row.domain] += row.count
    return ids, moves
