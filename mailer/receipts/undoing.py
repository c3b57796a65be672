"""A person takes back what a report led to, or does what it could not prove (a verb)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from mailer.errors import N_, NotFound, Refused
from mailer.receipts.models import Outcome, Receipt
from mailer.receipts.record import origin
from mailer.subscribers import optout, suppressing
from mailer.subscribers.consents import Where


def find(receipt_id: int) -> Receipt:
    """The report of an id, with its reader. Raises NotFound."""
    related = Receipt.objects.select_related("subscriber", "mailing__issue__publication")
    found = receipt_id < 2**63 and related.filter(pk=receipt_id).first()
    if not found:
        raise NotFound(N_("There is no report %(report)s."), report=str(receipt_id)[:20])
    return found


def undo(receipt_id: int, by: User, now: datetime) -> Receipt:
    """Send to the reader again; what the report said is kept, and counts no more.

    Raises NotFound, and Refused where it led to nothing, or that was taken back already.
    """
    with transaction.atomic():
        receipt = _locked(receipt_id)
        if receipt.undone_at is not None or receipt.outcome not in _UNDO:
            raise Refused(
                N_("Report %(report)s led to nothing that stands: there is nothing to take back."),
                report=receipt_id,
            )
        _UNDO[Outcome(receipt.outcome)](receipt, now)
        receipt.undone_at, receipt.undone_by = now, by
        receipt.save(update_fields=["undone_at", "undone_by"])
    return receipt


def act(receipt_id: int, by: User, now: datetime) -> Receipt:
    """Do what a report asks for and could not prove: suppress, or unsubscribe.

    Raises NotFound, and Refused where there is nothing to do.
    """
    with transaction.atomic():
        receipt = _locked(receipt_id)
        if receipt.outcome == Outcome.DOUBTED:
            receipt.outcome = _suppress(receipt, now)
        elif receipt.outcome == Outcome.ASKS:
            where = Where(f"desk, for a mail ({receipt.way})")
            ended = optout.leave_by_mail(receipt.subscriber, where=where, now=now)
            receipt.undo = {"subscriptions": ended, "left_at": now.isoformat()}
            receipt.outcome = Outcome.UNSUBSCRIBED if ended else Outcome.KNOWN
        else:
            raise Refused(
                N_("Report %(report)s waits for nobody: there is nothing to do."),
                report=receipt_id,
            )
        receipt.acted_by = by
        receipt.save(update_fields=["outcome", "undo", "acted_by"])
    return receipt


def _locked(receipt_id: int) -> Receipt:
    find(receipt_id)
    return Receipt.objects.select_for_update(of=("self",)).get(pk=receipt_id)


def _suppress(receipt: Receipt, now: datetime) -> Outcome:
    fresh = suppressing.suppress(
        receipt.subscriber, "bounce", origin=origin(receipt), evidence=receipt.text, now=now
    )
    return Outcome.SUPPRESSED if fresh else Outcome.KNOWN


def _lift(receipt: Receipt, now: datetime) -> None:
    del now
    suppressing.lift(receipt.subscriber, origin(receipt))


def _rejoin(receipt: Receipt, now: datetime) -> None:
    told = receipt.undo
    left_at = datetime.fromisoformat(told["left_at"]) if "left_at" in told else receipt.received_at
    where = Where(f"desk, report {receipt.pk} taken back")
    optout.rejoin(told.get("subscriptions", []), left_at=left_at, where=where, now=now)


_UNDO = {Outcome.SUPPRESSED: _lift, Outcome.UNSUBSCRIBED: _rejoin}
