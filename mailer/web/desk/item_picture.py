"""`/desk/items/<id>/picture/`: the picture beside an entry."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.curation import arrange
from mailer.curation.models import Item
from mailer.editions.figures import ITEM
from mailer.errors import N_, Refused
from mailer.pictures.models import Picture
from mailer.pictures.prepare import MOST_BYTES
from mailer.pictures.prepared import Room
from mailer.pictures.store import keep
from mailer.web.desk.changing import change_item
from mailer.web.desk.frame import person, say, staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import line
from mailer.web.uploads import takes_files, uploaded


@takes_files(EDIT, MOST_BYTES)
@staff(EDIT, "POST")
def item_picture(request: HttpRequest, item_id: int) -> HttpResponse:
    """Take the file and its words; without a file, other words; with `remove`, neither.

    `out` says whether the picture of the article's own page is left out.
    """
    if "out" in request.POST:
        out = request.POST["out"] == "1"

        def leave(item: Item, now: datetime) -> None:
            arrange.leave_picture_out(item.pk, out=out, by=person(request), now=now)

        return change_item(request, item_id, leave)
    remove = request.POST.get("remove") == "1"
    before = arrange.find_item(item_id).picture
    picture = None if remove else kept(request, ITEM, before)

    def verb(item: Item, now: datetime) -> None:
        alt = line(request, "alt", 300)
        arrange.set_picture(item.pk, picture, alt, by=person(request), now=now)

    return change_item(request, item_id, verb)


def kept(request: HttpRequest, room: Room, before: Picture | None) -> Picture:
    """The picture of the form's file, else the one there is. Refused where there is neither.

    Outside any transaction: a large picture takes a second, in which others write.
    """
    if raw := uploaded(request, "file", MOST_BYTES):
        picture, made = keep(raw, room, timezone.now())
        if made.stilled:
            say(request, gettext("A picture in a mail stands still: its first frame was kept."))
        return picture
    if before is None:
        raise Refused(N_("Choose a file: a JPEG, PNG, GIF or WebP picture."))
    return before
