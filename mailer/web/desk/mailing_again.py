"""`/desk/mailings/<id>/again/<refused|uncertain>/`: whom once more; then the deliberate button."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext

from mailer import tasks
from mailer.errors import N_, Refused
from mailer.mailings import control, ledger, reasons
from mailer.mailings.models import Mailing, MailingState
from mailer.mailings.refusals import HOPELESS, NAMES, REASONS
from mailer.web.desk.find import find_mailing
from mailer.web.desk.frame import go, page, person, say, staff
from mailer.web.desk.may import SEND
from mailer.web.desk.typed import whole


@staff(SEND, "GET", "POST")
def mailing_again(request: HttpRequest, mailing_id: int, whom: str) -> HttpResponse:
    """GET says how many, why, and what may happen; POST does it. With nobody, back to the page."""
    mailing = find_mailing(mailing_id)
    if request.method == "POST":
        return _queue(request, mailing, whom)
    count = getattr(ledger.sums(mailing.pk), whom)
    if not count or mailing.state == MailingState.CANCELLED or mailing.folded_at:
        return go("desk:mailing", mailing.pk)
    context = {
        "mailing": mailing,
        "issue": mailing.issue,
        "publication": mailing.issue.publication,
        "count": count,
    }
    if whom == "refused":
        found = reasons.refusals(mailing)
        context["reasons"] = [(NAMES[kind], kind, number) for kind, number in found.items()]
        context["hopeless"] = HOPELESS
    else:
        context["doubts"] = reasons.doubts(mailing)
    return page(request, f"desk/again_{whom}.html", context)


def _queue(request: HttpRequest, mailing: Mailing, whom: str) -> HttpResponse:
    by, now = person(request), timezone.now()
    if whom == "refused":
        chosen = [REASONS[name] for name in request.POST.getlist("reason") if name in REASONS]
        count = control.retry_refused(mailing.pk, by, now, chosen)
    else:
        _refuse_if_more(mailing, whole(request, "seen"))
        count = control.resend_uncertain(mailing.pk, by, now)
    tasks.ring_senders(mailing.pk)
    words = ngettext(
        "It is sent again to %(count)s person.", "It is sent again to %(count)s people.", count
    )
    say(request, words % {"count": count})
    return go("desk:mailing", mailing.pk)


def _refuse_if_more(mailing: Mailing, seen: int) -> None:
    """Nobody agrees to more copies than the page had told of."""
    count = ledger.sums(mailing.pk).uncertain
    if count > seen:
        raise Refused(
            N_("By now %(count)s are uncertain, and %(seen)s were when you looked: look again."),
            count=count,
            seen=seen,
        )
