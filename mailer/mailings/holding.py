"""One provider's part of a mailing stands still, while everybody else's goes on.

    running ─ hold ─▸ its readers are put off as they come up    and an alarm, told to staff
            ◂ release ─ by a person: they are due at once

What waits for a held provider stays queued: it is in nobody's way, and nothing of it is lost. The
worker asks as it does for a pace, once a group, and reads the holds anew every two seconds.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from mailer.errors import N_, Refused, StoredSentence
from mailer.mailings import spans
from mailer.mailings.hands import domain_of
from mailer.mailings.limits import provider
from mailer.mailings.models import Alarm, Hold, Mailing, MailingState

_log = logging.getLogger(__name__)

#: Where nothing is left that could stand still.
ENDED = frozenset({MailingState.DONE, MailingState.CANCELLED})
#: Seconds for which the holds are believed once they were read.
BELIEVED = 2.0
#: For so many seconds those who wait are put off; who releases them makes them due.
WAIT = 3600.0
#: For so long after a release the clock makes due once more whoever waits: workers may have been
#: putting some off at that very moment.
_AGAIN = timedelta(minutes=2)


def hold(mailing_id: int, name: str, why: StoredSentence, now: datetime) -> bool:
    """Let no more mail of a running mailing go to a provider; staff are told.

    False when its part stands still already, or the mailing has ended.
    """
    try:
        with transaction.atomic():
            mailing = Mailing.objects.select_for_update(of=("self",)).get(pk=mailing_id)
            if mailing.state not in {MailingState.RUNNING, MailingState.PAUSED}:
                return False
            Hold.objects.create(mailing=mailing, provider=name, why=why, held_at=now)
            Alarm.objects.create(mailing=mailing, provider=name, why=why, raised_at=now)
    except IntegrityError:
        return False
    _log.warning("mailing %s: the part of %s stands still", mailing_id, name)
    return True


def tell_late(mailing_id: int, name: str, why: StoredSentence, now: datetime) -> bool:
    """Tell staff what a provider refuses of a mailing that has ended: nothing is left to hold.

    Once for each time it ended; False when they were told, or when it goes on.
    """
    with transaction.atomic():
        mailing = Mailing.objects.select_for_update(of=("self",)).get(pk=mailing_id)
        ended = mailing.finished_at
        if mailing.state not in ENDED or ended is None:
            return False
        if mailing.alarms.filter(provider=name, raised_at__gte=ended).exists():
            return False
        mailing.alarms.create(provider=name, why=why, raised_at=now)
    _log.warning("mailing %s: %s refuses it after its end", mailing_id, name)
    return True


def release(mailing_id: int, name: str, by: User | None, now: datetime) -> int:
    """Let a provider's part go on; how many ids are due again. Raises Refused where none stands."""
    held = Hold.objects.filter(mailing=mailing_id, provider=name, released_at=None)
    if not held.update(released_at=now, released_by=by):
        raise Refused(
            N_("Nothing of mailing %(mailing)s is held back for %(provider)s."),
            mailing=mailing_id,
            provider=name[:100],
        )
    _log.info("mailing %s: the part of %s goes on, by %s", mailing_id, name, by or "nobody named")
    return spans.let_go(mailing_id, now)


def let_go(now: datetime) -> None:
    """Once more, for those who were just being put off when their part was released."""
    fresh = Hold.objects.filter(released_at__gt=now - _AGAIN)
    for mailing_id in fresh.values_list("mailing", flat=True).distinct():
        spans.let_go(mailing_id, now)


def standing(mailing_id: int) -> list[Hold]:
    """The holds of a mailing that nobody has released, the oldest first."""
    return list(Hold.objects.filter(mailing=mailing_id, released_at=None).order_by("held_at", "pk"))


class Holds:
    """What a worker knows of the holds of the mailing it works on."""

    def __init__(self, mailing_id: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._mailing = mailing_id
        self._clock = clock
        self._read_at = float("-inf")
        self._held: frozenset[str] = frozenset()

    def waits(self, addresses: Iterable[str]) -> list[float]:
        """Seconds that each recipient waits, in their order; 0.0 may go now."""
        held = self._read()
        asked = list(addresses)
        if not held:
            return [0.0] * len(asked)
        return [WAIT if provider(domain_of(one)) in held else 0.0 for one in asked]

    def _read(self) -> frozenset[str]:
        if self._clock() >= self._read_at + BELIEVED:
            found = Hold.objects.filter(mailing=self._mailing, released_at=None)
            self._held = frozenset(found.values_list("provider", flat=True))
            self._read_at = self._clock()
        return self._held
