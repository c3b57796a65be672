"""`/desk/limits/remove/`: mail goes without a limit again."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.errors import N_
from mailer.mailings import limiting
from mailer.trail.models import Area
from mailer.trail.note import noted
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.limits import scope, title
from mailer.web.desk.may import SETTLE
from mailer.web.desk.typed import line


@staff(SETTLE, "POST")
def limit_remove(request: HttpRequest) -> HttpResponse:
    """By its name; who waited for it is let go."""
    typed, told = line(request, "name", 260), N_("The limit of pace for %(name)s was taken away")
    with noted("mailing.limit", told, Area.MAILING, None, name=typed):
        name = limiting.take_away(scope(request), typed, timezone.now())
    say(request, gettext("%(name)s: the limit is gone.") % {"name": title(name)})
    return go("desk:limits")
