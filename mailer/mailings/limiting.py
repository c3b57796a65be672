"""A person's hand on the pace: limits are set, changed and taken away while mailings run.

    set, changed ─▸ workers read it within two seconds ─▸ after SEEN: those who wait are let go

Who was put back waits for a moment of the old pace, hours ahead perhaps. Where the new pace is no
slower, `let_go` makes them due at once, and they are spread anew; the clock calls it.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F

from mailer.errors import N_, NotFound
from mailer.mailings import spans
from mailer.mailings.limits import EVERY, domain_name, relay_name
from mailer.mailings.models import Limit, LimitScope, Mailing, MailingState
from mailer.mailings.throttle import Throttle

#: When every worker has read a change, with room for clocks that differ (pace.BELIEVED is 2 s).
SEEN = timedelta(seconds=5)
#: When they are let go once more: some were just being put back, for a moment of the old pace.
AGAIN = timedelta(minutes=1)


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
        made, _ = Limit.objects.update_or_create(
            scope=scope,
            name=named,
            defaults={
                "per_second": per_second,
                "changed_at": now,
                "let_go_at": now + SEEN if _lets_go(scope, before, per_second) else None,
            },
        )
    return made


def _lets_go(scope: LimitScope, before: Limit | None, per_second: Decimal) -> bool:
    """Whether somebody may wait longer than the new pace asks. Nobody is put off for a relay."""
    if scope == LimitScope.RELAY:
        return False
    slower = before and before.per_second and per_second < before.per_second
    return not slower or (before is not None and before.let_go_at is not None)


def take_away(scope: LimitScope, name: str, now: datetime) -> str:
    """Let mail go without this limit; the name it had. Raises Refused, NotFound."""
    named = canonical(scope, name)
    taken = Limit.objects.filter(scope=scope, name=named, per_second__isnull=False)
    if scope == LimitScope.RELAY:
        gone, _ = taken.delete()
    else:
        gone = taken.update(per_second=None, changed_at=now, let_go_at=now + SEEN)
    if not gone:
        raise NotFound(
            N_("There is no limit for %(name)s. `mailer limits` lists those that there are."),
            name=named,
        )
    return named


def let_go(now: datetime) -> int:
    """Let go whoever waits for a pace that was changed; how many. Safe to run twice.

    In one transaction, behind the rows of the limits: a second clock waits, and finds nothing to
    do. In its midst the era of the moments given out ends, so that nobody is sent behind those
    who are let go; without Redis it cannot end, and the clock comes again. Measured: 300,000 rows
    in 2.5 s (PostgreSQL 15, two cores shared with other work).
    """
    with transaction.atomic():
        if not Limit.objects.select_for_update().filter(let_go_at__lte=now):
            return 0
        throttle = Throttle(settings.REDIS_URL)
        ended = throttle.end_era()
        throttle.close()
        if not ended:
            return 0
        due = Limit.objects.filter(let_go_at__lte=now)
        due.filter(changed_at__gt=now - AGAIN).update(let_go_at=F("changed_at") + AGAIN)
        due.filter(per_second__isnull=True).delete()
        due.update(let_go_at=None)
        return sum(spans.let_go(mailing_id, now) for mailing_id in _open_mailings())


def _open_mailings() -> list[int]:
    open_ones = Mailing.objects.filter(state__in=[MailingState.RUNNING, MailingState.PAUSED])
    return list(open_ones.values_list("pk", flat=True))
