"""`/desk/issues/<id>/correct/`: draft a correction, for those who received the faulty number."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext

from mailer.curation import compose, signoff
from mailer.editions.compile import compile_issue
from mailer.languages import LANGUAGES
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import EDIT


@staff(EDIT, "POST")
def issue_correct(request: HttpRequest, issue_id: int) -> HttpResponse:
    """A number of its own, with one entry in each language that says what it is."""
    now, wrong = timezone.now(), signoff.find(issue_id)
    words: dict[str, str] = {}
    for code in LANGUAGES:
        with translation.override(code):
            words[code] = gettext("Correction of No. %(number)s") % {"number": wrong.number}
    with transaction.atomic():
        made = compose.draft_correction(issue_id, words, now)
        compile_issue(made.pk, now)
    say(
        request,
        gettext("Write what was wrong: it goes to who received No. %(number)s.")
        % {"number": wrong.number},
    )
    return go("desk:issue", made.pk)
