"""`/desk/issues/<id>/`: an issue on the bench, its editions beside it, and what is next."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page

from mailer.curation import changes, compose, signoff
from mailer.curation.models import Issue, IssueState
from mailer.editions.compile import changed_articles
from mailer.editions.freeze import issue_checksum
from mailer.editions.inspection import preflight
from mailer.mailings import fanout
from mailer.mailings.models import MailingKind
from mailer.subscribers.models import Segment
from mailer.trail import reading
from mailer.trail.note import has_changed
from mailer.web.desk.bench import lay_out
from mailer.web.desk.deeds import told
from mailer.web.desk.frame import language, page, person, staff
from mailer.web.desk.may import SEE
from mailer.web.desk.mending import mendings

_FIRST = [MailingKind.FULL, MailingKind.CORRECTION]


@dataclass(frozen=True, slots=True)
class Typed:
    """The words of an entry's form, as they were typed."""

    item: int
    headline: str
    lead: str
    note: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """An address that did not become an entry of a section, and why."""

    section: int
    url: str
    told: str


@gzip_page
@staff(SEE, "GET")
def issue(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The bench in one language (`?lang=`), the preview, and what is next.

    A number of forty entries has 240 kB: it travels compressed, for the reasons of compressed.py.
    """
    return show(request, issue_id, request.GET.get("lang", ""))


def show(
    request: HttpRequest,
    issue_id: int,
    wanted: str,
    entry: tuple[Typed, str] | None = None,
    word: tuple[str, str] | None = None,
    pasted: Pasted | None = None,
) -> HttpResponse:
    """The page in the language `wanted`.

    `entry` and `word` are what somebody typed while others saved, and the sentence that says so;
    `pasted` is an address that was refused: it stands in its form again, under a status of 409.
    """
    shown = signoff.find(issue_id)
    # The checksum first: what somebody changes from here on is shown, and then cannot be approved.
    margin = _next(shown, person(request))
    deeds = changes.of_late(issue_id)
    mine = next((one for one in deeds if one.by == request.user and not one.undone_at), None)
    context = {
        "bench": lay_out(shown, wanted, language().code),
        "issue": shown,
        "publication": shown.publication,
        "deeds": [(one, told(one)) for one in deeds],
        "undoable": told(mine) if mine else "",
        "last_change": deeds[0].pk if deeds else 0,
        "overtaken": entry,
        "overtaken_word": word,
        "pasted": pasted,
        **margin,
    }
    return page(request, "desk/issue.html", context, status=409 if entry or word or pasted else 200)


def _next(shown: Issue, by: User) -> dict[str, Any]:
    """What the margin says: the checksum that would be signed, who signed, what is lacking."""
    is_open = shown.state in signoff.OPEN
    has_editions = shown.editions.exists()
    approved = shown.state == IssueState.APPROVED
    return {
        "checksum": issue_checksum(shown.pk) if has_editions else "",
        "approvals": signoff.signatures(shown.pk),
        "lack": fanout.lacking(shown) if approved else None,
        "findings": mendings(preflight(shown, timezone.now()), shown) if is_open else [],
        "counted_as": _counted_as(shown) if is_open and has_editions else "",
        "outdated": changed_articles(shown) if has_editions else 0,
        "waiting": compose.waiting(shown) if is_open else 0,
        "segments": list(Segment.objects.order_by("name")) if is_open else [],
        "mailing": shown.mailings.filter(kind__in=_FIRST).first(),
        "comments": shown.comments.select_related("by"),
        "acts": reading.of_issue(shown.pk),
        "corrections": shown.corrections.order_by("pk"),
        "own_work": _is_own_work(shown, by),
    }


def _counted_as(shown: Issue) -> str:
    """What decides who would get it: while that stands, the page keeps what was counted."""
    languages = shown.editions.order_by("language").values_list("language", flat=True)
    return "-".join([str(shown.pk), *languages, str(shown.segment_id or 0)])


def _is_own_work(shown: Issue, by: User) -> bool:
    """Whether the publication wants somebody else than this person to approve it."""
    return shown.publication.four_eyes and has_changed(shown.pk, by)
