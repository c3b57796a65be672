"""`/desk/issues/new/`: draft the next issue of a publication now."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer import tasks
from mailer.curation.compose import draft_issue, find_publication
from mailer.editions.compile import compile_issue
from mailer.web.desk.changing import ring_press
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import line


@staff(EDIT, "POST")
def issue_new(request: HttpRequest) -> HttpResponse:
    """With all that no earlier issue took; refused when there is nothing."""
    now = timezone.now()
    with transaction.atomic():
        issue = draft_issue(find_publication(line(request, "publication", 50)), now=now)
        compile_issue(issue.pk, now)
    ring_press(issue.pk)
    if issue.publication.article_pictures:
        tasks.ring(tasks.fetch_pictures)
    say(request, gettext("Number %(number)s is drafted.") % {"number": issue.number})
    return go("desk:issue", issue.pk)
