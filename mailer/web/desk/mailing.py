"""`/desk/mailings/<id>/`: a mailing as it goes; the ledger's sums, asked for again every second."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.mailings import ledger
from mailer.mailings.models import Mailing, MailingState
from mailer.web.desk.find import find_mailing
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_MAILING
from mailer.web.desk.progress import Progress, of_sums

#: htmx stops asking when it gets this status.
_STOP_POLLING = 286


@staff(SEE_MAILING, "GET")
def mailing(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """The page; the part that moves is `progress` below."""
    return page(request, "desk/mailing.html", _context(request, find_mailing(mailing_id)))


@staff(SEE_MAILING, "GET")
def progress(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """The part that moves. `?settled=` and `?at=` are what the last answer said, for the pace."""
    shown = find_mailing(mailing_id)
    over = shown.state in {MailingState.DONE, MailingState.CANCELLED}
    context = _context(request, shown)
    status = _STOP_POLLING if over else 200
    return page(request, "_parts/desk/progress.html", context, status=status)


def _context(request: HttpRequest, shown: Mailing) -> dict[str, Any]:
    return {
        "mailing": shown,
        "issue": shown.issue,
        "publication": shown.issue.publication,
        "progress": _progress(request, shown),
        "changed": request.GET.get("state", shown.state) != shown.state,
        "left_out": {reason: count for reason, count in shown.left_out.items() if count},
    }


def _progress(request: HttpRequest, shown: Mailing) -> Progress:
    now = timezone.now()
    return of_sums(
        asdict(ledger.sums(shown.pk)),
        began=shown.created_at.timestamp(),
        now=(shown.finished_at or now).timestamp(),
        seen=_seen(request),
        running=shown.state == MailingState.RUNNING,
    )


def _seen(request: HttpRequest) -> tuple[int, float] | None:
    """How many were settled at the last look, and when; None when that makes no sense."""
    try:
        return int(request.GET["settled"]), float(request.GET["at"])
    except (KeyError, ValueError):
        return None
