"""`/desk/issues/<id>/discard/`: give up a draft; its articles are free for the next number."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.curation import signoff
from mailer.errors import N_, Refused
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import EDIT


@staff(EDIT, "POST")
def discard(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Asked for twice: the button, and a tick beside it."""
    if request.POST.get("sure") != "1":
        raise Refused(N_("Tick “I am sure” to discard this number."))
    signoff.discard(issue_id, timezone.now())
    say(request, gettext("The draft is discarded; its articles are free again."))
    return go("desk:issues")
