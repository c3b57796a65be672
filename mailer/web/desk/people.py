"""`/desk/people/`: who sits at the desk, with which role, and who is invited."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.web.accounts import inviting
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_STAFF
from mailer.web.roles import PERMISSIONS


@staff(SEE_STAFF, "GET")
def people(request: HttpRequest) -> HttpResponse:
    """The accounts, the open ones first; the invitations that nobody has taken yet."""
    found = User.objects.prefetch_related("groups").order_by("-is_active", "username")
    with_factor = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    context = {
        "people": [(one, _role(one)) for one in found],
        "with_factor": set(with_factor.values_list("user_id", flat=True)),
        "invitations": inviting.open_ones(timezone.now()),
        "roles": list(PERMISSIONS),
    }
    return page(request, "desk/people.html", context)


def _role(one: User) -> str:
    held = {group.name for group in one.groups.all()}
    return next((role for role in reversed(PERMISSIONS) if role in held), "")
