"""`/desk/issues/<id>/undo/`: take back what this person did last to an issue."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from mailer.curation import arrange
from mailer.web.desk.changing import changing
from mailer.web.desk.deeds import told
from mailer.web.desk.frame import go, person, say, staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import line


@staff(EDIT, "POST")
def undo(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Again, and the act before it is undone."""
    with changing(request, issue_id) as now:
        change = arrange.undo(issue_id, by=person(request), now=now)
    say(request, gettext("Undone: %(deed)s.") % {"deed": told(change)})
    return go("desk:issue", issue_id, anchor=f"?lang={line(request, 'lang', 8)}")
