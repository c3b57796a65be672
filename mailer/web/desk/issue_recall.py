"""`/desk/issues/<id>/recall/`: take the web edition back, or show it again."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.editions import archive
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import SEND
from mailer.web.desk.typed import text


@staff(SEND, "POST")
def issue_recall(request: HttpRequest, issue_id: int) -> HttpResponse:
    """With a reason that readers are told; `again` shows it again. What was mailed stays mailed."""
    if request.POST.get("again") == "1":
        archive.publish_again(issue_id)
        say(request, gettext("The web edition is shown again."))
    else:
        archive.recall(issue_id, text(request, "why", 1000), timezone.now())
        say(request, gettext("The web edition is recalled: its page gives the reason instead."))
    return go("desk:issue", issue_id)
