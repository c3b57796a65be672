"""`/desk/mailings/<id>/release/`: a provider's part of a mailing goes on."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer import tasks
from mailer.errors import N_
from mailer.mailings import holding
from mailer.trail.models import Area
from mailer.trail.note import noted
from mailer.web.desk.find import find_mailing
from mailer.web.desk.frame import go, person, say, staff
from mailer.web.desk.may import SEND
from mailer.web.desk.typed import line


@staff(SEND, "POST")
def mailing_release(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """By the name of its provider; workers know within some seconds."""
    mailing, name = find_mailing(mailing_id), line(request, "provider", 253)
    told = N_("The mail of mailing %(mailing)s to %(provider)s was let go on")
    pk = mailing.pk
    with noted("mailing.released", told, Area.MAILING, pk, mailing=pk, provider=name):
        holding.release(mailing.pk, name, person(request), timezone.now())
    tasks.ring_senders(mailing.pk)
    say(request, gettext("The mail to %(provider)s goes on.") % {"provider": name})
    return go("desk:mailing", mailing.pk)
