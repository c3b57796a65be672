"""`/desk/items/<id>/move/`: to another place, or to another section."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from mailer.curation import arrange
from mailer.curation.models import Item
from mailer.web.desk.changing import change_item
from mailer.web.desk.frame import person, staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import whole


@staff(EDIT, "POST")
def item_move(request: HttpRequest, item_id: int) -> HttpResponse:
    """To the place `to` (1 = first), of the section `section` if named: done once, said twice."""
    to = whole(request, "to") if "to" in request.POST else None

    def verb(item: Item, now: datetime) -> None:
        section = whole(request, "section") if "section" in request.POST else item.section_id
        if section != item.section_id:
            arrange.move_to_section(item.pk, section, by=person(request), now=now, to=to)
        elif to is not None:
            arrange.move_item(item.pk, to, by=person(request), now=now)

    return change_item(request, item_id, verb)
