"""`/desk/items/<id>/pin/`: let an entry stand first in its section, whatever comes."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from mailer.curation import arrange
from mailer.curation.models import Item
from mailer.web.desk.changing import change_item
from mailer.web.desk.frame import person, staff
from mailer.web.desk.may import EDIT


@staff(EDIT, "POST")
def item_pin(request: HttpRequest, item_id: int) -> HttpResponse:
    """`pinned` is 1 or 0: said twice, it is done once."""
    pinned = request.POST.get("pinned") == "1"

    def verb(item: Item, now: datetime) -> None:
        arrange.pin_item(item.pk, pinned=pinned, by=person(request), now=now)

    return change_item(request, item_id, verb)
