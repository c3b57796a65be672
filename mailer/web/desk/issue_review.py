"""`/desk/issues/<id>/review/`: an editor gives a draft to the publishers for a look."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.curation import signoff
from mailer.web.desk.frame import go, person, say, staff
from mailer.web.desk.may import EDIT


@staff(EDIT, "POST")
def issue_review(request: HttpRequest, issue_id: int) -> HttpResponse:
    """It stays a draft; the next change takes it back."""
    signoff.ask_review(issue_id, person(request), timezone.now())
    say(request, gettext("It is in review: a publisher looks at it next."))
    return go("desk:issue", issue_id)
