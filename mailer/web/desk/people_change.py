"""`/desk/people/<id>/<role|close|open|factors>/`: an administrator's hand on another's account."""

from django.http import HttpRequest, HttpResponse

from mailer.errors import N_, Refused
from mailer.web.accounts import staffing
from mailer.web.desk.frame import go, person, staff
from mailer.web.desk.may import CHANGE_STAFF
from mailer.web.desk.typed import line


@staff(CHANGE_STAFF, "POST")
def people_change(request: HttpRequest, user_id: int, act: str) -> HttpResponse:
    """Said twice, it is done once; what cannot be undone by a click wants a tick beside it."""
    by = person(request)
    if act == "role":
        staffing.set_role(user_id, line(request, "role", 20), by)
    elif act == "open":
        staffing.open_again(user_id, by)
    elif request.POST.get("sure") != "1":
        raise Refused(N_("Tick “I am sure” first."))
    elif act == "close":
        staffing.close(user_id, by)
    else:
        staffing.take_factors(user_id, by)
    return go("desk:people")
