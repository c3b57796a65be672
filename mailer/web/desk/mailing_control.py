"""`/desk/mailings/<id>/<pause|resume|cancel>/`: a publisher's hand on a mailing."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer import tasks
from mailer.errors import N_, Refused
from mailer.mailings import control
from mailer.web.desk.find import find_mailing
from mailer.web.desk.frame import go, person, staff
from mailer.web.desk.may import SEND


@staff(SEND, "POST")
def mailing_control(request: HttpRequest, mailing_id: int, act: str) -> HttpResponse:
    """Holds from the next group on, within a second or two; cancelling wants a tick beside it."""
    mailing, by = find_mailing(mailing_id), person(request)
    if act == "pause":
        control.pause(mailing.pk, by)
    elif act == "resume":
        control.resume(mailing.pk, by)
        tasks.ring_senders(mailing.pk)
    else:
        if request.POST.get("sure") != "1":
            raise Refused(N_("Tick “I am sure” to cancel what is not sent yet."))
        control.cancel(mailing.pk, by, timezone.now())
    return go("desk:mailing", mailing.pk)
