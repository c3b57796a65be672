"""`/desk/issues/<id>/audience/`: to whom of its lists a number goes."""

from django.http import HttpRequest, HttpResponse

from mailer.curation import audience, signoff
from mailer.subscribers import segmenting
from mailer.web.desk.changing import changing
from mailer.web.desk.frame import go, staff
from mailer.web.desk.may import APPROVE
from mailer.web.desk.typed import line, whole


@staff(APPROVE, "POST")
def issue_audience(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Narrow it to a segment; without one it goes to all of its lists."""
    signoff.find(issue_id)
    chosen = line(request, "segment", 20)
    segment = segmenting.find(whole(request, "segment")).pk if chosen else None
    with changing(request, issue_id) as now:
        audience.narrow(issue_id, segment, now)
    return go("desk:issue", issue_id)
