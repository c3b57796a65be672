"""`/desk/issues/<id>/words/`: the editor's word above an edition."""

from django.http import HttpRequest, HttpResponse

from mailer.curation import arrange, signoff
from mailer.errors import N_, Refused
from mailer.web.desk.changing import changing
from mailer.web.desk.frame import go, staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import line, text


@staff(EDIT, "POST")
def words(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Set it for one language; nothing takes it away."""
    code = line(request, "lang", 8)
    if code not in signoff.find(issue_id).publication.languages:
        raise Refused(N_("This publication has no edition in this language."))
    with changing(request, issue_id) as now:
        arrange.set_words(issue_id, code, text(request, "words", 4000), now=now)
    return go("desk:issue", issue_id, anchor=f"?lang={code}#word")
