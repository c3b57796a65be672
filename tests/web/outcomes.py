"""Ends that a mailing's readers may come to, for its pages to tell of."""

from django.test import Client
from django.utils import timezone

from mailer.mailings import ledger
from mailer.mailings.hands import News, domain_of
from mailer.mailings.models import Mailing, MailingState
from mailer.mailings.retry import WITHOUT_MARKS, Decision, Kind
from tests.web.staff import mailed

Outcome = tuple[Decision, int | None, str | None]

POLICY: Outcome = Decision("refused", Kind.POLICY), 550, "5.7.1 spam"
UNKNOWN: Outcome = Decision("refused", Kind.NO_MAILBOX), 550, "5.1.1 unknown"
DOUBT: Outcome = Decision("uncertain", Kind.UNKNOWN), None, None
LOST: Outcome = Decision("uncertain", Kind.UNKNOWN), None, WITHOUT_MARKS
SENT: Outcome = Decision("sent", Kind.ACCEPTED), 250, "2.0.0 taken"


def come(mailing: Mailing, *outcomes: Outcome) -> None:
    """So many of its readers come to these ends."""
    now = timezone.now()
    group = ledger.claim(mailing.pk, len(outcomes), worker="w", journal="j", now=now)
    assert group is not None
    recipients = ledger.begin(group, now) or []
    ledger.settle(
        [
            News(one.delivery, group.lease, mailing.pk, *outcome, domain=domain_of(one.email))
            for one, outcome in zip(recipients, outcomes, strict=True)
        ],
        now,
    )
    ledger.end_leases([group.lease])


def ended(karim: Client, *outcomes: Outcome) -> Mailing:
    """A mailing to four that came to these ends, and is done."""
    mailing = mailed(karim)
    come(mailing, *outcomes)
    Mailing.objects.update(state=MailingState.DONE, finished_at=timezone.now())
    return mailing
