"""`/desk/issues/<id>/archive/<lang>/<act>/`: an edition taken out of the archive, or put back."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.editions import archive
from mailer.web.desk.find import find_edition
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import SEND


@staff(SEND, "POST")
def edition_withdraw(request: HttpRequest, issue_id: int, language: str, act: str) -> HttpResponse:
    """Who may send may take back from the web what was sent; the mails are out."""
    edition = find_edition(issue_id, language)
    if act == "withdraw":
        archive.withdraw(edition, timezone.now())
        say(request, gettext("The edition is out of the archive, its feed and its search."))
    else:
        archive.put_back(edition)
        say(request, gettext("The edition is in the archive again."))
    return go("desk:issue", issue_id, anchor=f"?lang={language}")
