"""`/desk/publications/<slug>/theme/`: how a publication's mails look, with a mail beside it.

GET          the look that is stored; with fields in the address, those, stored nowhere
POST         stores it, and compiles the drafts anew
sample/…     a mail in the look that the address holds, for the frame
"""

from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext

from mailer.curation.compose import find_publication
from mailer.curation.models import IssueState
from mailer.editions.compile import compile_issue
from mailer.editions.look import choose, chosen, own_folder, theme_for
from mailer.editions.specimen import sample
from mailer.errors import N_, NotFound
from mailer.languages import LANGUAGES
from mailer.typesetting import themes
from mailer.web.desk import theme_form
from mailer.web.desk.frame import go, language, page, say, staff
from mailer.web.desk.may import SEE_PUBLICATION, SETTLE
from mailer.web.glass import policy, through, view_of


def theme(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Everybody of the desk may look, and try; publishers change."""
    return (_save if request.method == "POST" else _show)(request, slug)


@staff(SEE_PUBLICATION, "GET")
def _show(request: HttpRequest, slug: str) -> HttpResponse:
    publication = find_publication(slug)
    tried = theme_form.names_typed(request.GET)
    name, changes = theme_form.read(request.GET) if tried else chosen(publication)
    values = theme_form.shown(name, changes)
    faint, refusal = theme_form.judged(name, changes)
    asked = request.GET.get("lang", "")
    tongue = LANGUAGES.get(asked) or language()
    context = {
        "publication": publication,
        "name": name,
        "names": themes.names(own_folder()),
        "values": values,
        "faint": faint,
        "refusal": refusal,
        "tried": tried,
        "tongue": tongue,
        "spoken": list(LANGUAGES.values()),
        "form": theme_form,
        "query": urlencode(_flat(name, values)),
    }
    return page(request, "desk/theme.html", context)


@staff(SETTLE, "POST")
def _save(request: HttpRequest, slug: str) -> HttpResponse:
    """Store it, and compile the drafts anew; what was approved stays as it was approved."""
    now = timezone.now()
    with transaction.atomic():
        publication = find_publication(slug)
        choose(publication, *theme_form.read(request.POST), now)
        drafts = publication.issues.filter(state__in=[IssueState.DRAFT, IssueState.HELD])
        for issue in drafts.order_by("pk"):
            compile_issue(issue.pk, now)
    say(request, gettext("Saved. Drafts are compiled anew; what was approved stays as it was."))
    return go("desk:theme", slug)


@staff(SEE_PUBLICATION, "GET")
def theme_sample(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """A mail of the publication in the look of the address; `?as=` is a view of the glass."""
    if language not in LANGUAGES:
        raise NotFound(N_("There is no such language."))
    publication = find_publication(slug)
    tried = theme_form.names_typed(request.GET)
    worn = theme_form.theme_shown(request.GET) if tried else theme_for(publication)
    mail = sample(publication, language, worn)
    view = view_of(request.GET.get("as", ""))
    answer = HttpResponse(through(mail, view, LANGUAGES[language].dir))
    answer.headers["Content-Security-Policy"] = policy(view)
    return answer


def _flat(name: str, values: dict[str, Any]) -> dict[str, str]:
    """The look as the fields of an address."""
    fields = {"theme": name}
    for table, within in values.items():
        if isinstance(within, dict):
            fields |= {f"{table}.{key}": str(value) for key, value in within.items()}
        else:
            fields[table] = str(within)
    return fields
