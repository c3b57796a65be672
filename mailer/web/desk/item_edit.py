"""`/desk/items/<id>/edit/`: the newsroom's headline, lead and note of an entry.

A page saves by itself while a person types, and asks for JSON; without scripts the form is sent as
any other. Both say which version of the words they had before them.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse

from mailer.curation import arrange
from mailer.curation.arrange import Overtaken
from mailer.curation.models import Item
from mailer.errors import MailerError
from mailer.rendering import sentence
from mailer.web.desk.changing import changing, to_bench
from mailer.web.desk.frame import person, staff
from mailer.web.desk.issue import Typed, show
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import line, text, whole


@staff(EDIT, "POST")
def item_edit(request: HttpRequest, item_id: int) -> HttpResponse:
    """Replace the words; what says the same as the article goes back to being the article's."""
    typed = Typed(
        item_id,
        line(request, "headline", 400),
        text(request, "lead", 2000),
        text(request, "note", 2000),
    )
    item = arrange.find_item(item_id)
    by_itself = request.headers.get("Accept") == "application/json"
    try:
        version = _save(request, item, typed)
    except MailerError as refusal:
        if by_itself:
            answer = {"sentence": sentence(refusal), "overtaken": isinstance(refusal, Overtaken)}
            return JsonResponse(answer, status=409)
        if isinstance(refusal, Overtaken):
            return show(request, item.issue_id, item.language, (typed, sentence(refusal)))
        raise
    return JsonResponse({"version": version}) if by_itself else to_bench(item)


def _save(request: HttpRequest, item: Item, typed: Typed) -> int:
    article = item.article
    with changing(request, item.issue_id) as now:
        return arrange.edit_item(
            item.pk,
            by=person(request),
            now=now,
            seen=whole(request, "seen") if "seen" in request.POST else None,
            headline="" if article and typed.headline == article.title else typed.headline,
            lead="" if article and typed.lead == article.lead else typed.lead,
            note=typed.note,
        )
