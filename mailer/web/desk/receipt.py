"""`/desk/receipts/<id>/`: one report as it came, what it led to, and a way back."""

import zlib

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.errors import N_
from mailer.receipts import undoing
from mailer.receipts.models import Original, Outcome, Receipt
from mailer.trail.models import Area
from mailer.trail.note import noted
from mailer.web.desk.frame import go, page, person, say, staff
from mailer.web.desk.may import SEE_READERS, SEND

#: Characters of a report that a page shows.
_SHOWN = 40_000


@staff(SEE_READERS, "GET")
def receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """The report; its words are shown as text, whatever they hold."""
    found = undoing.find(receipt_id)
    context = {
        "receipt": found,
        "original": _original(found),
        "undoable": found.undone_at is None and found.outcome in _UNDOABLE,
        "waits": found.outcome in {Outcome.ASKS, Outcome.DOUBTED},
    }
    return page(request, "desk/receipt.html", context)


@staff(SEND, "POST")
def receipt_undo(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Mail goes to the reader again."""
    told = N_("What report %(receipt)s had led to was taken back")
    reader = undoing.find(receipt_id).subscriber_id
    with noted("reader.report_undone", told, Area.READER, reader, receipt=receipt_id):
        undoing.undo(receipt_id, person(request), timezone.now())
    say(request, gettext("Taken back: this reader is sent mail again."))
    return go("desk:receipt", receipt_id)


@staff(SEND, "POST")
def receipt_act(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """What it asks for is done."""
    told = N_("What report %(receipt)s asks for was done")
    reader = undoing.find(receipt_id).subscriber_id
    with noted("reader.report_acted", told, Area.READER, reader, receipt=receipt_id):
        undoing.act(receipt_id, person(request), timezone.now())
    say(request, gettext("Done: this reader is sent nothing more."))
    return go("desk:receipt", receipt_id)


_UNDOABLE = (Outcome.SUPPRESSED, Outcome.UNSUBSCRIBED)


def _original(of: Receipt) -> str:
    """The report as text; empty where it is kept no longer, or its reader was erased."""
    if of.subscriber.erased_at is not None:
        return ""
    raw = Original.objects.filter(receipt=of).values_list("raw", flat=True).first()
    if raw is None:
        return ""
    text = zlib.decompress(bytes(raw)).decode("utf-8", "replace")
    return "".join(char for char in text[:_SHOWN] if char in "\n\t" or char.isprintable())
