"""A mailing is stopped by itself: it stands still at once, and an alarm waits to be told.

    running ─ stop ─▸ paused, with its reason, and an alarm      one transaction, of the first alone
    alarm ─ alert.tell_untold ─▸ letters to staff                by the clock, within half a minute

Whoever sends does not write letters: stopping costs two statements.
"""

from datetime import datetime

from django.db import transaction

from mailer.errors import Refused, StoredSentence
from mailer.mailings import control
from mailer.mailings.models import Alarm


def stop(mailing_id: int, why: StoredSentence, now: datetime) -> bool:
    """Pause a running mailing for a reason that staff must know.

    False when somebody paused or ended it first: then nothing is told.
    """
    try:
        with transaction.atomic():
            control.pause(mailing_id, None, why)
            Alarm.objects.create(mailing_id=mailing_id, why=why, raised_at=now)
    except Refused:
        return False
    return True


def raised(mailing_id: int) -> int:
    """How often a mailing was stopped by itself. When it grows, a breaker begins anew."""
    return Alarm.objects.filter(mailing=mailing_id, provider="").count()
