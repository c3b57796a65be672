"""`/desk/people/invitations/<id>/withdraw/`: the link of an invitation is void."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.web.accounts import inviting
from mailer.web.desk.frame import go, staff
from mailer.web.desk.may import CHANGE_STAFF


@staff(CHANGE_STAFF, "POST")
def invitation_withdraw(_request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Said twice, it is done once."""
    inviting.withdraw(invitation_id, timezone.now())
    return go("desk:people")
