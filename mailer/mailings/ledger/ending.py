"""By a person's word or the clock's: asked again, cancelled, too late; and the rows recounted."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef

from mailer.mailings import spans, statements, tallies
from mailer.mailings.ledger.returning import release
from mailer.mailings.ledger.rows import count_leased, domains_of, note, of_mailing
from mailer.mailings.models import Delivery, DeliveryState, Event, Lease, Mailing
from mailer.mailings.refusals import Chosen
from mailer.mailings.report import folded, sums
from mailer.mailings.retry import NEVER_BEGUN, WITHOUT_MARKS

#: Rows that are asked for again at once.
_AT_ONCE = 2000
#: What waits.
OPEN = (DeliveryState.QUEUED, DeliveryState.DEFERRED)


def ask_again(
    mailing: Mailing,
    state: DeliveryState,
    by: User | None,
    now: datetime,
    chosen: Chosen = lambda _code, _text: True,
) -> int:
    """Queue again those that are uncertain, or refused, and `chosen`; how many.

    Within the transaction that holds the mailing's row. Raises Refused when it is folded: who they
    were is no longer known.
    """
    if mailing.folded_at is not None:
        raise folded(mailing)
    asked, after = 0, mailing.first - 1
    in_state = of_mailing(mailing).filter(state=state).order_by("id").select_for_update()
    columns = in_state.values_list("id", "subscriber_id", "smtp_code", "smtp_text")
    while read := list(columns.filter(id__gt=after)[:_AT_ONCE]):
        after = read[-1][0]
        picked = {one: person for one, person, code, text in read if chosen(code, text)}
        _ask(mailing, state, picked, by, now)
        asked += len(picked)
    if asked:
        spans.rewrite(mailing)
    return asked


def _ask(
    mailing: Mailing,
    state: DeliveryState,
    picked: Mapping[int, int],
    by: User | None,
    now: datetime,
) -> None:
    domains = domains_of(picked.values(), mailing.domains)
    moves = {(state.value, domain): -count for domain, count in domains.items()}
    tallies.add(mailing.pk, {**moves, (DeliveryState.QUEUED, ""): len(picked)})
    Delivery.objects.filter(id__in=list(picked)).update(
        state=DeliveryState.QUEUED, lease=None, due_at=spans.AT_ONCE, updated_at=now
    )
    note(Event(delivery_id=one, at=now, state=DeliveryState.QUEUED, by=by) for one in picked)


def cancel_rest(mailing: Mailing, now: datetime) -> int:
    """Cancel all that has not begun; within the transaction that holds the mailing's row."""
    return _end_waiting(mailing, OPEN, DeliveryState.CANCELLED, now)


def close_late(mailing: Mailing, now: datetime) -> int:
    """Refuse what still waits at the deadline, with the last word that a server had on it.

    What no server was asked for says that: the relay was away, or its turn never came.
    """
    if mailing.deadline_at > now:
        return 0
    told = sums(mailing.pk)
    if not (told.queued + told.leased + told.deferred):
        return 0
    with transaction.atomic():
        Mailing.objects.select_for_update().get(pk=mailing.pk)
        of_mailing(mailing).filter(state=DeliveryState.QUEUED, smtp_code=None).update(
            smtp_text=NEVER_BEGUN
        )
        return _end_waiting(mailing, OPEN, DeliveryState.REFUSED, now)


def _end_waiting(
    mailing: Mailing, before: tuple[DeliveryState, ...], after: DeliveryState, now: datetime
) -> int:
    for lease in mailing.leases.select_for_update().filter(begun_at=None):
        release(lease, now)
    ended = 0
    for state in before:
        domains = _domains_in(mailing, state)
        count = of_mailing(mailing).filter(state=state).update(state=after, updated_at=now)
        moves = {(after.value, domain): number for domain, number in domains.items()}
        # A row that came or went between the two statements is counted at no domain.
        moves[after.value, ""] = moves.get((after.value, ""), 0) + count - domains.total()
        tallies.add(mailing.pk, {**moves, (state.value, ""): -count})
        ended += count
    spans.rewrite(mailing)
    return ended


def _domains_in(mailing: Mailing, state: DeliveryState) -> Counter[str]:
    told: Counter[str] = Counter()
    if mailing.domains:
        statement = statements.domain_statement(statements.COUNT_DOMAINS_IN_STATE)
        with connection.cursor() as cursor:
            cursor.execute(statement, [mailing.pk, mailing.first, mailing.last, state.value])
            for domain, count in cursor.fetchall():
                told[domain if domain in mailing.domains else ""] += count
    return told


def audit(mailing: Mailing, now: datetime) -> bool:
    """Make what is kept beside the rows what the rows say; whether they had differed.

    Within a transaction that holds the mailing's row. Nobody's row is believed to be in hands that
    no lease names: what was handed over is uncertain then, what waits is found again. Of one that
    is folded the sums are all there is, and stand.
    """
    if mailing.folded_at is not None:
        return False
    orphans = of_mailing(mailing).filter(
        ~Exists(Lease.objects.filter(pk=OuterRef("lease"))), state=DeliveryState.SENDING
    )
    orphans.update(state=DeliveryState.UNCERTAIN, smtp_text=WITHOUT_MARKS, updated_at=now)
    found = of_mailing(mailing).values_list("state").annotate(Count("id")).order_by()
    counted = Counter(dict(found))
    for lease in mailing.leases.filter(begun_at=None):
        for state, count in count_leased(lease.pk).items():
            counted[state] -= count
            counted[DeliveryState.LEASED] += count
    spans.rewrite(mailing)
    return tallies.recount(mailing.pk, counted)
