"""`/desk/items/<id>/move/`: another place for an entry, in its section or in another one."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from mailer.curation import arrange
from mailer.curation.models import Item
from mailer.web.desk.changing import change_item
from mailer.web.desk.frame import staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import whole


@staff(EDIT, "POST")
def item_move(request: HttpRequest, item_id: int) -> HttpResponse:
    """To the place `to` (1 = first) or to the section `section`: said twice, it is done once."""

    def verb(item: Item, now: datetime) -> None:
        if "section" in request.POST:
            section = whole(request, "section")
            if section != item.section_id:
                arrange.move_to_section(item.pk, section, now=now)
        else:
            arrange.move_item(item.pk, whole(request, "to"), now=now)

    return change_item(request, item_id, verb)
