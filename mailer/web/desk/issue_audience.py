"""`/desk/issues/<id>/audience/`: who would get a number, and to whom of its lists it goes."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from mailer.curation import audience, signoff
from mailer.curation.models import Issue
from mailer.mailings import fanout
from mailer.subscribers import segmenting
from mailer.web.desk.changing import changing
from mailer.web.desk.frame import go, page, staff
from mailer.web.desk.may import APPROVE, SEE
from mailer.web.desk.typed import line, whole


def issue_audience(request: HttpRequest, issue_id: int) -> HttpResponseBase:
    """Everybody of the desk may look; publishers narrow it."""
    return (_narrow if request.method == "POST" else _count)(request, issue_id)


@staff(SEE, "GET")
def _count(request: HttpRequest, issue_id: int) -> HttpResponse:
    """A part of the issue's page, which asks for it by itself; a page where no script runs.

    Every reader of the lists is counted: 1.1 s where there are a million, for which the issue's
    page does not wait.
    """
    shown = signoff.find(issue_id)
    if not is_countable(shown):
        return go("desk:issue", issue_id)
    asked_by_page = request.headers.get("HX-Request")
    template = "_parts/desk/audience.html" if asked_by_page else "desk/audience.html"
    context = {
        "issue": shown,
        "publication": shown.publication,
        "verdict": fanout.verdict(issue_id),
    }
    return page(request, template, context)


def is_countable(shown: Issue) -> bool:
    """Whether there is something that readers would get, and it has not left."""
    return shown.state in signoff.OPEN and shown.editions.exists()


@staff(APPROVE, "POST")
def _narrow(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Narrow it to a segment; without one it goes to all of its lists."""
    signoff.find(issue_id)
    chosen = line(request, "segment", 20)
    segment = segmenting.find(whole(request, "segment")).pk if chosen else None
    with changing(request, issue_id) as now:
        audience.narrow(issue_id, segment, now)
    return go("desk:issue", issue_id)
