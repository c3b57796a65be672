"""`/desk/issues/<id>/take-new/`: the articles that came since the draft, and nothing unasked."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from mailer.curation import compose
from mailer.web.desk.changing import changing
from mailer.web.desk.frame import go, person, say, staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import line


@staff(EDIT, "POST")
def take_new(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Add them at the end of their sections."""
    with changing(request, issue_id) as now:
        taken = compose.take_new(issue_id, now, person(request))
    told = ngettext("%(count)s article was added.", "%(count)s articles were added.", taken)
    say(request, told % {"count": taken})
    return go("desk:issue", issue_id, anchor=f"?lang={line(request, 'lang', 8)}")
