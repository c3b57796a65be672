"""`/desk/`: what needs me, and what comes next."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.articles.models import Source
from mailer.curation import signoff
from mailer.curation.calendar import Slot, next_slot
from mailer.curation.models import Issue, IssueState, Publication
from mailer.mailings import fanout
from mailer.mailings.clock import calendar_of
from mailer.mailings.models import Mailing, MailingState
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE

_RECENT = 5


@dataclass(frozen=True, slots=True)
class Coming:
    """A publication, the next date of its clock, and that date's issue when it is drafted."""

    publication: Publication
    slot: Slot | None
    issue: Issue | None


@staff(SEE, "GET")
def today(request: HttpRequest) -> HttpResponse:
    """Mailings under way, numbers that wait for somebody, troubled sources, the next dates."""
    now = timezone.now()
    under_way = [MailingState.RUNNING, MailingState.PAUSED]
    issues = Issue.objects.select_related("publication")
    waiting = list(issues.filter(state__in=signoff.OPEN).order_by("date", "pk"))
    context = {
        "mailings": Mailing.objects.select_related("issue__publication").filter(
            state__in=under_way
        ),
        "issues": waiting,
        "half_signed": {one.pk for one in waiting if _is_half_signed(one)},
        "troubled": Source.objects.filter(error__isnull=False).order_by("title"),
        "sources": Source.objects.count(),
        "coming": [_coming(publication, now) for publication in Publication.objects.order_by("pk")],
        "recent": issues.filter(state=IssueState.SENT)
        .prefetch_related("mailings")
        .order_by("-date", "-pk")[:_RECENT],
    }
    return page(request, "desk/today.html", context)


def _is_half_signed(issue: Issue) -> bool:
    return issue.state == IssueState.APPROVED and fanout.lacking(issue) is not None


def _coming(publication: Publication, now: datetime) -> Coming:
    slot = next_slot(calendar_of(publication), now) if publication.clock_on else None
    issue = publication.issues.filter(slot=slot.date).first() if slot else None
    return Coming(publication, slot, issue)
