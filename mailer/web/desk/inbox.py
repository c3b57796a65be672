"""`/desk/inbox/<publication>/`: the night's press as stories, for an editor to work through."""

import re
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.gzip import gzip_page

from mailer.curation.compose import find_publication
from mailer.curation.models import ProposalState, Publication
from mailer.errors import N_, NotFound
from mailer.languages import LANGUAGES
from mailer.web.desk.frame import framed, go, language, page, protect, staff
from mailer.web.desk.may import SEE
from mailer.web.desk.pile import SHOWN, Asked, counts, new_by_language, pile
from mailer.web.desk.typed import clean

#: What a button of the page may do.
ACTS = ("keep", "drop", "later", "back", "pin", "merge", "split", "lead", "apart", "undo")
#: The states of a story, in words.
STATES = {
    "new": N_("New"),
    "kept": N_("Kept"),
    "later": N_("Put off"),
    "dropped": N_("Dropped"),
    "excluded": N_("Left out by rules"),
    "taken": N_("In an issue"),
}


@staff(SEE, "GET")
def inbox_first(_: HttpRequest) -> HttpResponse:
    """To the inbox of the first publication."""
    first = Publication.objects.order_by("pk").first()
    if first is None:
        raise NotFound(N_("There is no publication yet: an administrator adds the first."))
    return go("desk:inbox", first.slug)


@gzip_page  # a night of two hundred stories has 300 kB (compressed.py)
@staff(SEE, "GET")
def inbox(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of stories; with `after`, only the next ones, for htmx to put below."""
    publication = find_publication(slug)
    question = read_asked(request.GET, publication)
    if request.headers.get("HX-Request") and question.after:
        parts = framed(request, whole(question))
        return protect(render(request, "_parts/desk/tales.html", parts))
    return page(request, "desk/inbox.html", whole(question))


def read_asked(told: QueryDict, publication: Publication) -> Asked:
    """What an address asks for; what it does not say is as an inbox begins."""
    code = told.get("lang", "")
    if code not in publication.languages:
        code = _first_language(publication)
    state, section = told.get("show", ""), told.get("section", "")
    return Asked(
        publication=publication,
        language=code,
        state=state if state in SHOWN else ProposalState.NEW,
        section=int(section) if re.fullmatch("[0-9]{1,18}", section) else None,
        sought=clean(told.get("q", ""))[:100],
        after=told.get("after", "")[:60],
    )


def _first_language(publication: Publication) -> str:
    """The language of the page where it has something new, else the first that has."""
    fresh = new_by_language(publication)
    spoken = language().code
    order = sorted(fresh, key=lambda code: (not fresh[code], code != spoken))
    return next(iter(order), "")


def whole(question: Asked, *, with_pile: bool = True) -> dict[str, object]:
    """What the page and its parts are made of."""
    publication = question.publication
    return {
        "asked": question,
        "address": lambda **other: address(question, **other),
        "pile": pile(question) if with_pile else None,
        "counts": counts(publication, question.language),
        "fresh": new_by_language(publication),
        "publication": publication,
        "publications": list(Publication.objects.order_by("pk")),
        "sections": list(publication.sections.all()),
        "tongue": LANGUAGES.get(question.language, language()),
        "tongues": [LANGUAGES[code] for code in publication.languages if code in LANGUAGES],
        "shown": [state.value for state in SHOWN],
        "acts": {act: reverse("desk:inbox-act", args=[publication.slug, act]) for act in ACTS},
        "states": {state: gettext(words) for state, words in STATES.items()},
    }


def address(question: Asked, **other: object) -> str:
    """The query of a page that asks the same but for `other`; what is as it begins is left out."""
    asked = {
        "lang": question.language,
        "show": "" if question.state == ProposalState.NEW else question.state,
        "section": question.section,
        "q": question.sought,
        **other,
    }
    return urlencode({name: value for name, value in asked.items() if value})
