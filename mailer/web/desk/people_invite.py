"""`/desk/people/invite/`: a letter to an address, with a link that makes an account."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer import tasks
from mailer.languages import known
from mailer.web.accounts import inviting
from mailer.web.desk.frame import go, language, person, say, staff
from mailer.web.desk.may import CHANGE_STAFF
from mailer.web.desk.typed import line


@staff(CHANGE_STAFF, "POST")
def people_invite(request: HttpRequest) -> HttpResponse:
    """With a role; sent twice, the newer link holds."""
    reads = known(line(request, "language", 8)) or language()
    email, role = line(request, "email", 254), line(request, "role", 20)
    made = inviting.invite(email, role, reads, person(request), timezone.now())
    tasks.ring(tasks.send_letters)
    say(request, gettext("An invitation is on its way to %(address)s.") % {"address": made.email})
    return go("desk:people")
