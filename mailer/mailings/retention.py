"""Retention: of mailings that ended long ago the rows go, and the sums and domains stay.

    ended ──begin──▸ folding (folded_at is set) ──a batch, and a batch …──▸ gone (first > last)

The rows are looked at once more, and the sums made theirs (`ledger.audit`); from then on the sums
are all there is: nothing is listed, asked for again or recounted, though some rows still stand. So
`folded_at` is set before the first of them goes. Each batch moves the mailing's `first` on in its
own transaction: whoever comes next goes on from there, and two at once do each batch once.

This module deletes rows of the ledger and writes none of their states. It holds the mailing's row
alone, so a mailing beside it runs on, whatever ids of theirs lie between.
"""

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from mailer.mailings import control, ledger, statements, tallies
from mailer.mailings.models import Mailing, MailingState

_log = logging.getLogger(__name__)

#: Ids that one transaction deletes the rows of: 15 ms on PostgreSQL 15, 12 ms on SQLite, of a
#: ledger of a million rows.
BATCH = 10_000
#: Seconds of one call.
_SECONDS = 20.0


def fold_old(now: datetime, seconds: float = _SECONDS) -> bool:
    """Fold what is older than the retention, for up to `seconds`; whether there is more to do.

    Safe to run twice, at once and after any interruption.
    """
    until = time.monotonic() + seconds
    for mailing_id in _begun(now):
        while True:
            if time.monotonic() >= until:
                return True
            began = time.monotonic()
            if not _fold_batch(mailing_id):
                break
            # SQLite has one writer: whoever sends meanwhile gets every second turn.
            time.sleep(time.monotonic() - began)
    return False


def _begun(now: datetime) -> Iterator[int]:
    """The mailings whose rows are to go: those begun, whatever the setting says today, and more."""
    ended = Mailing.objects.filter(state__in=[MailingState.DONE, MailingState.CANCELLED])
    old = Q(folded_at__isnull=False, first__lte=F("last"))
    if settings.MAILER_KEEP_DELIVERIES:
        limit = now - timedelta(days=settings.MAILER_KEEP_DELIVERIES)
        old |= Q(folded_at=None, finished_at__lt=limit)
    for mailing_id in list(ended.filter(old).order_by("pk").values_list("pk", flat=True)):
        if _begin(ended.filter(old, pk=mailing_id), now):
            yield mailing_id


def _begin(one: QuerySet[Mailing], now: datetime) -> bool:
    """Whether rows of the mailing may go: it has none that wait, are in hands, or are not settled.

    Looked at under the lock of its row: nobody asks for a copy again meanwhile.
    """
    with transaction.atomic():
        mailing = one.select_for_update(skip_locked=True).first()
        if mailing is None or control.has_work(mailing.pk):
            return False
        if mailing.folded_at is not None:
            return True
        if ledger.audit(mailing, now):
            _log.error("mailing %s: its sums were not those of its rows", mailing.pk)
        if ledger.sums(mailing.pk).open:
            _log.error("mailing %s has ended, and not all of it is settled: it is kept", mailing.pk)
            return False
        mailing.folded_at = now
        mailing.save(update_fields=["folded_at"])
    tallies.fold(mailing.pk, least=2)
    _log.info("mailing %s is folded into its sums", mailing.pk)
    return True


def _fold_batch(mailing_id: int) -> bool:
    """Delete the next rows and their events; whether some are left, and may go."""
    ended = [MailingState.DONE, MailingState.CANCELLED]
    with transaction.atomic():
        found = Mailing.objects.select_for_update(skip_locked=True).filter(
            pk=mailing_id, state__in=ended, folded_at__isnull=False
        )
        mailing = found.first()
        if mailing is None or control.has_work(mailing_id):
            return False
        last = min(mailing.first + BATCH - 1, mailing.last)
        with connection.cursor() as cursor:
            for statement in (statements.FOLD_EVENTS, statements.FOLD_ROWS):
                cursor.execute(statement, [mailing_id, mailing.first, last])
        mailing.first = last + 1
        mailing.save(update_fields=["first"])
        return mailing.first <= mailing.last
