"""`/desk/issues/<id>/reopen/`: a held issue becomes a draft again."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.curation import signoff
from mailer.web.desk.frame import go, staff
from mailer.web.desk.may import EDIT


@staff(EDIT, "POST")
def reopen(_request: HttpRequest, issue_id: int) -> HttpResponse:
    """The clock does not send it any more: a person does."""
    signoff.reopen(issue_id, timezone.now())
    return go("desk:issue", issue_id)
