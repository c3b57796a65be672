"""`/desk/limits/remove/`: mail goes without a limit again."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.mailings import limiting
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.limits import scope, title
from mailer.web.desk.may import SETTLE
from mailer.web.desk.typed import line


@staff(SETTLE, "POST")
def limit_remove(request: HttpRequest) -> HttpResponse:
    """By its name; who waited for it is let go."""
    name = limiting.take_away(scope(request), line(request, "name", 260), timezone.now())
    say(request, gettext("%(name)s: the limit is gone.") % {"name": title(name)})
    return go("desk:limits")
