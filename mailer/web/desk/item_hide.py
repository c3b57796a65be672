"""`/desk/items/<id>/hide/`: leave an entry out of the edition, or take it back in."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from mailer.curation import arrange
from mailer.curation.models import Item
from mailer.web.desk.changing import change_item
from mailer.web.desk.frame import person, staff
from mailer.web.desk.may import EDIT


@staff(EDIT, "POST")
def item_hide(request: HttpRequest, item_id: int) -> HttpResponse:
    """`hidden` is 1 or 0: said twice, it is done once."""
    hidden = request.POST.get("hidden") == "1"

    def verb(item: Item, now: datetime) -> None:
        arrange.hide_item(item.pk, hidden=hidden, by=person(request), now=now)

    return change_item(request, item_id, verb)
