"""`/desk/issues/<id>/here/`: the page's sign of life, and who else is at the issue."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.curation import presence, signoff
from mailer.curation.changes import since
from mailer.web.desk.deeds import told
from mailer.web.desk.frame import page, person, staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import line


@staff(EDIT, "POST")
def here(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Who else is here, with what in hand; what others did since the page was made (`since`)."""
    issue, now = signoff.find(issue_id), timezone.now()
    item = line(request, "item", 18)
    told_of = presence.here(issue.pk, person(request), int(item) if item.isdecimal() else None, now)
    last = line(request, "since", 18)
    news = since(issue.pk, int(last), person(request)) if last.isdecimal() else []
    context = {"others": told_of, "news": [(one.by, told(one)) for one in news], "issue": issue}
    return page(request, "_parts/desk/company.html", context)
