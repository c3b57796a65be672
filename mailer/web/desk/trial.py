"""`/desk/issues/<id>/test/`: an edition to one's own inbox, marked as a test."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer import tasks
from mailer.curation import signoff
from mailer.editions.trial import send_test
from mailer.web.desk.frame import go, person, say, staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import line


@staff(EDIT, "POST")
def test_send(request: HttpRequest, issue_id: int) -> HttpResponse:
    """To the address of one's account and nowhere else."""
    code = line(request, "lang", 8)
    letter = send_test(signoff.find(issue_id), code, person(request), timezone.now())
    tasks.ring(tasks.send_letters)
    say(request, gettext("A test is on its way to %(address)s.") % {"address": letter.recipient})
    return go("desk:issue", issue_id, anchor=f"?lang={code}")
