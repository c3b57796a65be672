"""What relays and receivers answered in the dialogue itself, taken like any other report (a verb).

The ledger notes each refusal as an event; they are read in the order of their ids, up to a moment
ago: an event that is still being written has a lower id than one that is there already.
"""

from datetime import datetime, timedelta

from django.db import transaction

from mailer.mailings.models import DeliveryState, Event
from mailer.receipts.judging import judge, status_in
from mailer.receipts.models import Progress, Way
from mailer.receipts.notice import Notice
from mailer.receipts.record import record
from mailer.receipts.verdicts import Finding

#: A worker writes what it heard within some 20 seconds, and no transaction of ours lasts as long.
SETTLED = timedelta(seconds=60)
#: Events that one call looks at.
_MOST = 2000
_NAME = "dialogue"


def read_refusals(now: datetime) -> bool:
    """Take the refusals that were not taken yet; whether there may be more."""
    mark, _ = Progress.objects.get_or_create(name=_NAME)
    found = Event.objects.filter(pk__gt=mark.last).order_by("pk")
    events = []
    for event in found[:_MOST]:
        if event.at > now - SETTLED:
            break
        events.append(event)
    for event in events:
        if event.state == DeliveryState.REFUSED and event.smtp_code is not None:
            record(_notice(event), now)
    if events:
        with transaction.atomic():
            # Somebody else may have read further meanwhile.
            Progress.objects.filter(name=_NAME, last__lt=events[-1].pk).update(last=events[-1].pk)
    return len(events) == _MOST


def _notice(event: Event) -> Notice:
    code, text = event.smtp_code or 0, event.smtp_text
    status = status_in(text)
    # A reply that names no command answers RCPT nearly always: the wire keeps no other trace.
    verdict = judge(status, code, f"{code} {text}", "in reply to RCPT TO")
    finding = Finding(verdict, "", status, code, text)
    return Notice(Way.DIALOGUE, f"event:{event.pk}", (finding,), delivery=event.delivery_id)
