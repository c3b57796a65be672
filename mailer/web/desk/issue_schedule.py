"""`/desk/issues/<id>/schedule/`: the hour at which the clock sends what was approved."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.curation import signoff
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import SEND
from mailer.web.desk.typed import moment


@staff(SEND, "POST")
def issue_schedule(request: HttpRequest, issue_id: int) -> HttpResponse:
    """`at` in the publication's zone; without one, nobody but a person sends it."""
    zone = signoff.find(issue_id).publication.zone
    at = moment(request, "at", zone) if request.POST.get("at") else None
    signoff.schedule(issue_id, at, timezone.now())
    say(request, gettext("The clock sends it then.") if at else gettext("It has no hour any more."))
    return go("desk:issue", issue_id)
