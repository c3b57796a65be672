"""`/desk/issues/<id>/comment/`: a word about an issue, for the desk alone."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.curation import signoff
from mailer.web.desk.frame import go, person, staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import text


@staff(EDIT, "POST")
def issue_comment(request: HttpRequest, issue_id: int) -> HttpResponse:
    """In whatever state the issue is; no reader sees it."""
    signoff.comment(issue_id, person(request), text(request, "text", 2000), timezone.now())
    return go("desk:issue", issue_id, anchor="#comments")
