"""`/desk/issues/<id>/add/`: an entry of the newsroom's own."""

from django.http import HttpRequest, HttpResponse

from mailer.curation import arrange
from mailer.editions.links import web_link
from mailer.errors import N_, Refused
from mailer.web.desk.changing import changing, to_bench
from mailer.web.desk.frame import person, staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import line, text, whole


@staff(EDIT, "POST")
def item_add(request: HttpRequest, issue_id: int) -> HttpResponse:
    """With a headline, and perhaps a lead and an address of the web."""
    url = line(request, "url", 2000)
    if url and not web_link(url):
        raise Refused(
            N_("“%(url)s” is no address of the web: it begins with https://."), url=url[:80]
        )
    with changing(request, issue_id) as now:
        added = arrange.add_text(
            issue_id,
            line(request, "lang", 8),
            whole(request, "section"),
            headline=line(request, "headline", 400),
            lead=text(request, "lead", 2000),
            url=url,
            by=person(request),
            now=now,
        )
    return to_bench(added)
