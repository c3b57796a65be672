"""`/desk/items/<id>/edit/`: the newsroom's headline, lead and note of an entry."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from mailer.curation import arrange
from mailer.curation.models import Item
from mailer.web.desk.changing import change_item
from mailer.web.desk.frame import staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import line, text


@staff(EDIT, "POST")
def item_edit(request: HttpRequest, item_id: int) -> HttpResponse:
    """Replace the words; what says the same as the article goes back to being the article's."""

    def verb(item: Item, now: datetime) -> None:
        article = item.article
        headline = line(request, "headline", 400)
        lead = text(request, "lead", 2000)
        arrange.edit_item(
            item.pk,
            now=now,
            headline="" if article and headline == article.title else headline,
            lead="" if article and lead == article.lead else lead,
            note=text(request, "note", 2000),
        )

    return change_item(request, item_id, verb)
