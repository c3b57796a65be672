"""`/desk/issues/<id>/send/`: who would get it; then the second, deliberate button."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer import tasks
from mailer.curation import signoff
from mailer.curation.models import IssueState
from mailer.editions.freeze import issue_checksum
from mailer.errors import N_, Refused
from mailer.mailings import fanout
from mailer.web.desk.frame import go, page, person, staff
from mailer.web.desk.may import SEND
from mailer.web.desk.typed import line


@staff(SEND, "GET", "POST")
def send(request: HttpRequest, issue_id: int) -> HttpResponse:
    """GET asks, POST does; the form comes with the count, and carries the checksum shown."""
    if request.method == "POST":
        return _start(request, issue_id)
    issue = signoff.find(issue_id)
    approvals = signoff.signatures(issue_id)
    if issue.state != IssueState.APPROVED or not approvals or fanout.lacking(issue):
        return go("desk:issue", issue_id)
    context = {
        "issue": issue,
        "publication": issue.publication,
        "approvals": approvals,
        "checksum": issue_checksum(issue_id),
        "editions": list(issue.editions.all()),
        # Counted by a second look, which the page asks for by itself: a million take 1.1 s.
        "verdict": fanout.verdict(issue_id) if "counted" in request.GET else None,
    }
    return page(request, "desk/send.html", context)


def _start(request: HttpRequest, issue_id: int) -> HttpResponse:
    approval = signoff.standing(issue_id)
    if approval and approval.checksum != line(request, "checksum", 64):
        raise Refused(
            N_("Issue %(issue)s was approved anew since you looked at it: look at it again."),
            issue=issue_id,
        )
    mailing = fanout.start(issue_id, person(request), timezone.now())
    tasks.ring_senders(mailing.pk)
    return go("desk:mailing", mailing.pk)
