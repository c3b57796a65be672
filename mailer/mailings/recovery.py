"""Healers for every state that can get stuck. The clock starts them; each is safe to run twice."""

import logging
from datetime import datetime, timedelta

from mailer.mailings import alert, control, holding, ledger, limiting, tallies
from mailer.mailings.journals import Journals
from mailer.mailings.models import Lease, Mailing, MailingState
from mailer.smtp.marks import forget_marks

_log = logging.getLogger(__name__)

#: How long past its end a lease is left to a worker that lives: it may only have been without a
#: database, and it alone knows what became of its mail.
GRACE = timedelta(seconds=30)


def heal(now: datetime) -> None:
    """Take back what dead and frozen workers hold, and end what is at its end.

    A worker of this machine that is dead is known at once, by the lock of its journal; any other
    by a lease that it no longer renews.
    """
    _take_back(now)
    for mailing in Mailing.objects.filter(state=MailingState.RUNNING):
        if late := ledger.close_late(mailing, now):
            _log.warning("mailing %s: %s waited until its deadline, refused", mailing.pk, late)
        tallies.fold(mailing.pk)
        control.finish(mailing.pk, now)
    control.settle_ended(now)
    limiting.let_go(now)
    holding.let_go(now)
    alert.tell_untold(now)
    alert.tell_notices(now)


def unfinished(now: datetime) -> list[int]:
    """The mailings that have work to do now and that nobody is working on."""
    held = Lease.objects.filter(until__gt=now).values("mailing")
    return list(control.due(now).exclude(pk__in=held).order_by("pk").values_list("pk", flat=True))


def _take_back(now: datetime) -> None:
    # The journals first: a worker that dies after this look is found at the next.
    found = Journals()
    for lease in Lease.objects.order_by("pk"):
        dead = lease.journal in found.abandoned
        if dead and (marks := found.marks(lease.journal)) is not None:
            ledger.take_back(lease.pk, marks, now)
            _log.warning("lease %s of %s, which is dead, was taken back", lease.pk, lease.worker)
        elif lease.until < now - GRACE:
            # Of one that lives, or whose journal another healer has just put away, only the
            # replies are the last word.
            ledger.take_back(lease.pk, found.marks(lease.journal), now, complete=False)
            _log.warning("lease %s of %s, unheard of, was taken back", lease.pk, lease.worker)
    for journal, path in found.abandoned.items():
        if not Lease.objects.filter(journal=journal).exists():
            forget_marks(path)
