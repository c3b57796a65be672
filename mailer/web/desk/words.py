"""`/desk/issues/<id>/words/`: the editor's word above an edition."""

from django.http import HttpRequest, HttpResponse

from mailer.curation import arrange, signoff
from mailer.curation.arrange import Overtaken
from mailer.errors import N_, Refused
from mailer.rendering import sentence
from mailer.web.desk.changing import changing
from mailer.web.desk.frame import go, person, staff
from mailer.web.desk.issue import show
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import clean, line, text


@staff(EDIT, "POST")
def words(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Set it for one language; nothing takes it away. `seen` is what its author had before them."""
    code = line(request, "lang", 8)
    if code not in signoff.find(issue_id).publication.languages:
        raise Refused(N_("This publication has no edition in this language."))
    typed = text(request, "words", 4000)
    seen = clean(request.POST["seen"]) if "seen" in request.POST else None
    try:
        with changing(request, issue_id) as now:
            arrange.set_words(issue_id, code, typed, by=person(request), now=now, seen=seen)
    except Overtaken as refusal:
        return show(request, issue_id, code, word=(typed, sentence(refusal)))
    return go("desk:issue", issue_id, anchor=f"?lang={code}#word")
