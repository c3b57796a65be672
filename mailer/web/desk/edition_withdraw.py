"""`/desk/issues/<id>/archive/<lang>/<act>/`: an edition taken out of the archive, or put back."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.editions import archive
from mailer.errors import N_
from mailer.trail.models import Area
from mailer.trail.note import note
from mailer.web.desk.find import find_edition
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import SEND

_WITHDRAWN = N_("The edition “%(language)s” of No. %(number)s was taken out of the archive")
_PUT_BACK = N_("The edition “%(language)s” of No. %(number)s was put back into the archive")


@staff(SEND, "POST")
def edition_withdraw(request: HttpRequest, issue_id: int, language: str, act: str) -> HttpResponse:
    """Who may send may take back from the web what was sent; the mails are out."""
    edition, out = find_edition(issue_id, language), act == "withdraw"
    with transaction.atomic():
        if out:
            archive.withdraw(edition, timezone.now())
        else:
            archive.put_back(edition)
        note(
            "issue.archive",
            _WITHDRAWN if out else _PUT_BACK,
            Area.ISSUE,
            issue_id,
            number=edition.issue.number,
            language=language,
        )
    if out:
        say(request, gettext("The edition is out of the archive, its feed and its search."))
    else:
        say(request, gettext("The edition is in the archive again."))
    return go("desk:issue", issue_id, anchor=f"?lang={language}")
