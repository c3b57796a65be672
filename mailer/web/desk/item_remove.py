"""`/desk/items/<id>/remove/`: take away an entry of the newsroom's own."""

from django.http import HttpRequest, HttpResponse

from mailer.curation import arrange
from mailer.web.desk.changing import changing
from mailer.web.desk.frame import go, person, staff
from mailer.web.desk.may import EDIT


@staff(EDIT, "POST")
def item_remove(request: HttpRequest, item_id: int) -> HttpResponse:
    """It can be undone."""
    item = arrange.find_item(item_id)
    with changing(request, item.issue_id) as now:
        arrange.remove_text(item_id, by=person(request), now=now)
    return go("desk:issue", item.issue_id, anchor=f"?lang={item.language}")
