"""A person's hand on the pace: limits are set, changed and taken away while mailings run.

    set, changed ─▸ workers read it within two seconds ─▸ after SEEN: those who wait are let go

Who was put back waits for a moment of the old pace, hours ahead perhaps. Where the new pace is no
slower, `let_go` makes them due at once, and they are spread anew; the clock starts it.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from mailer.errors import N_, NotFound
from mailer.mailings import spans
from mailer.mailings.limits import EVERY, domain_name, relay_name
from mailer.mailings.models import Limit, LimitScope, Mailing, MailingState

#: When every worker has read a change, with room for clocks that differ (pace.BELIEVED is 2 s).
SEEN = timedelta(seconds=5)


def standing() -> list[Limit]:
    """The limits in force: relays, then domains by name, the one for every other domain last."""
    found = Limit.objects.filter(per_second__isnull=False)
    return sorted(
        found, key=lambda one: (one.scope != LimitScope.RELAY, one.name == EVERY, one.name)
    )


def canonical(scope: LimitScope, name: str) -> str:
    """The name a limit has, of what a person typed. Raises Refused."""
    return relay_name(name) if scope == LimitScope.RELAY else domain_name(name)


def set_limit(scope: LimitScope, name: str, per_second: Decimal, now: datetime) -> Limit:
    """Let so many a second pass, from the next two seconds on. Raises Refused for the name."""
    named = canonical(scope, name)
    with transaction.atomic():
        before = Limit.objects.select_for_update().filter(scope=scope, name=named).first()
        old = before.per_second if before else None
        slower = old is not None and per_second < old
        made, _ = Limit.objects.update_or_create(
            scope=scope,
            name=named,
            defaults={
                "per_second": per_second,
                "changed_at": now,
                "let_go_at": None if slower else now + SEEN,
            },
        )
    return made


def take_away(scope: LimitScope, name: str, now: datetime) -> str:
    """Let mail go without this limit; the name it had. Raises Refused, NotFound."""
    named = canonical(scope, name)
    taken = Limit.objects.filter(scope=scope, name=named, per_second__isnull=False)
    if not taken.update(per_second=None, changed_at=now, let_go_at=now + SEEN):
        raise NotFound(
            N_("There is no limit for %(name)s. `mailer limits` lists those that there are."),
            name=named,
        )
    return named


def let_go(now: datetime) -> int:
    """Let go whoever waits for a pace that was changed; how many. Safe to run twice."""
    changed = list(Limit.objects.filter(let_go_at__lte=now))
    if not changed:
        return 0
    freed = _let_all_go(now)
    for limit in changed:
        # Changed once more since: then it has another hour, and the clock comes again.
        same = Limit.objects.filter(pk=limit.pk, changed_at=limit.changed_at)
        same.filter(per_second__isnull=True).delete()
        same.update(let_go_at=None)
    return freed


def _let_all_go(now: datetime) -> int:
    """Make due whatever is queued for later, whichever pace it waits for.

    A message on which servers hung up is tried once more too: a person changed the pace.
    """
    open_ones = Mailing.objects.filter(state__in=[MailingState.RUNNING, MailingState.PAUSED])
    return sum(
        spans.let_go(mailing_id, now) for mailing_id in open_ones.values_list("pk", flat=True)
    )
