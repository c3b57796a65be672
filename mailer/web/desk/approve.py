"""`/desk/issues/<id>/approve/`: sign exactly what the page showed."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.curation import signoff
from mailer.editions.freeze import sign
from mailer.mailings import fanout
from mailer.web.desk.frame import go, person, say, staff
from mailer.web.desk.may import APPROVE
from mailer.web.desk.typed import line


@staff(APPROVE, "POST")
def approve(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Refused when the editions are no longer those whose checksum the form carries."""
    sign(issue_id, line(request, "checksum", 64), person(request), timezone.now())
    if fanout.lacking(signoff.find(issue_id)):
        say(request, gettext("You have signed it; another publisher must sign it too."))
    else:
        say(request, gettext("The issue is approved, exactly as it was shown."))
    return go("desk:issue", issue_id)
