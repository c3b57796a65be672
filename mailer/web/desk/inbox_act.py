"""`/desk/inbox/<publication>/<act>/`: what an editor does with stories.

A script gets the parts of the page that changed, so that five hundred stories are worked through
without a page being built anew; without one, the page comes back.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from mailer.curation import inbox as verbs
from mailer.curation.compose import find_publication
from mailer.curation.models import ProposalState, Publication
from mailer.errors import N_, MailerError, Refused
from mailer.rendering import sentence
from mailer.web.desk.frame import framed, go, person, protect, say, staff
from mailer.web.desk.inbox import read_asked, whole
from mailer.web.desk.may import EDIT
from mailer.web.desk.pile import Asked, tales_of

_MOST = 500  # stories in one act: what a page can hold


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, in words; the stories that it concerned; whether the list is another now."""

    words: str
    stories: Collection[int]
    anew: bool = False


@staff(EDIT, "POST")
def inbox_act(request: HttpRequest, slug: str, act: str) -> HttpResponse:
    """Do it; the stories are `story` (its number, and what goes with it) and all that is ticked."""
    publication = find_publication(slug)
    question = read_asked(QueryDict(request.POST.get("question", "")), publication)
    if not request.headers.get("HX-Request"):
        say(request, _ACTS[act](request, publication, timezone.now()).words)
        return go("desk:inbox", slug, anchor=f"?{request.POST.get('question', '')}")
    try:
        deed = _ACTS[act](request, publication, timezone.now())
    except MailerError as refusal:
        return _answer(request, question, Deed(sentence(refusal), (), anew=True), status=409)
    return _answer(request, question, deed)


def _answer(request: HttpRequest, question: Asked, deed: Deed, status: int = 200) -> HttpResponse:
    """The rows that are other now; those that are not here any more, by their numbers."""
    tales = tales_of(question.publication, deed.stories)
    here = {one.story for one in tales if question.sought or one.row.state == question.state}
    context = {
        **whole(question, with_pile=deed.anew),
        "deed": deed,
        "changed": [one for one in tales if one.story in here],
        "gone": [story for story in deed.stories if story not in here],
    }
    shown = framed(request, context)
    return protect(render(request, "_parts/desk/inbox_answer.html", shown, status=status))


def _numbers(request: HttpRequest) -> list[int]:
    """The numbers that `story` holds, the story's own first."""
    raw = request.POST.get("story", "").split()
    if not raw or not all(part.isascii() and part.isdigit() and len(part) < 18 for part in raw):
        raise Refused(N_("Choose a story first."))
    return [int(part) for part in raw]


def _ticked(request: HttpRequest) -> list[int]:
    chosen = request.POST.getlist("chosen")[:_MOST]
    return [int(part) for part in chosen if part.isascii() and part.isdigit() and len(part) < 18]


def _decide(state: ProposalState) -> "_Act":
    def act(request: HttpRequest, publication: Publication, now: datetime) -> Deed:
        story = _numbers(request)[0]
        ticked = _ticked(request)
        # Ticked ones go together, when the act is on one of them.
        stories = ticked if story in ticked else [story]
        verbs.decide(publication, stories, state, person(request), now)
        return Deed(_told(state, len(stories)), stories)

    return act


def _told(state: ProposalState, count: int) -> str:
    words = {
        ProposalState.NEW: ngettext("Back in the inbox.", "%(count)s back in the inbox.", count),
        ProposalState.KEPT: ngettext("Kept.", "%(count)s kept.", count),
        ProposalState.LATER: ngettext("Put off.", "%(count)s put off.", count),
        ProposalState.DROPPED: ngettext("Dropped.", "%(count)s dropped.", count),
    }[state]
    return words % {"count": count}


def _pin(request: HttpRequest, publication: Publication, now: datetime) -> Deed:
    story = _numbers(request)[0]
    pinned = verbs.pin(publication, story, person(request), now)
    words = gettext("Pinned above the others.") if pinned else gettext("Not pinned any more.")
    return Deed(words, [story])


def _merge(request: HttpRequest, publication: Publication, now: datetime) -> Deed:
    into, *others = _numbers(request)
    others = others or [story for story in _ticked(request) if story != into]
    if not others:
        raise Refused(N_("Tick the stories that are the same, then merge them into one."))
    verbs.merge(publication, into, others, person(request), now)
    return Deed(gettext("Merged into one story."), [into, *others])


def _split(request: HttpRequest, publication: Publication, now: datetime) -> Deed:
    story, *articles = _numbers(request)
    own = verbs.split(publication, story, articles, person(request), now)
    return Deed(gettext("A story of its own now."), [story, own])


def _lead(request: HttpRequest, publication: Publication, _: datetime) -> Deed:
    story, *articles = _numbers(request)
    if not articles:
        raise Refused(N_("Choose a story first."))
    verbs.lead_with(publication, story, articles[0])
    return Deed(gettext("It leads the story now."), [story])


def _apart(request: HttpRequest, publication: Publication, now: datetime) -> Deed:
    one, *others = _numbers(request)
    for other in others:
        verbs.apart(publication, one, other, person(request), now)
    return Deed(gettext("They are not offered as one any more."), [one, *others])


def _undo(request: HttpRequest, publication: Publication, now: datetime) -> Deed:
    stories = verbs.undo(publication, person(request), now)
    return Deed(gettext("Undone."), stories, anew=True)


_Act = Callable[[HttpRequest, Publication, datetime], Deed]
_ACTS: dict[str, _Act] = {
    "keep": _decide(ProposalState.KEPT),
    "drop": _decide(ProposalState.DROPPED),
    "later": _decide(ProposalState.LATER),
    "back": _decide(ProposalState.NEW),
    "pin": _pin,
    "merge": _merge,
    "split": _split,
    "lead": _lead,
    "apart": _apart,
    "undo": _undo,
}
