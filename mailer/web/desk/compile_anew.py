"""`/desk/issues/<id>/compile/`: the editions made again, from what the articles say now."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.curation import signoff
from mailer.curation.models import IssueState
from mailer.editions.compile import compile_issue
from mailer.errors import N_, Refused
from mailer.web.desk.changing import ring_press
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import line


@staff(EDIT, "POST")
def compile_anew(request: HttpRequest, issue_id: int) -> HttpResponse:
    """A draft's editions; refused once somebody signed them."""
    with transaction.atomic():
        if signoff.hold_still(issue_id).state != IssueState.DRAFT:
            raise Refused(
                N_("Issue %(issue)s is no draft: its editions stay as they are."), issue=issue_id
            )
        compile_issue(issue_id, timezone.now())
    ring_press(issue_id)
    say(request, gettext("The mail now says what the articles say."))
    return go("desk:issue", issue_id, anchor=f"?lang={line(request, 'lang', 8)}")
