"""`/desk/publications/<slug>/`: what a publication is called, who sends it, when, to whom."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext

from mailer import tasks
from mailer.curation.calendar import next_slot
from mailer.curation.compose import find_publication
from mailer.curation.models import IssueState, Mode, PdfUse, Pictures, Publication
from mailer.editions.compile import compile_issue
from mailer.errors import N_, Refused
from mailer.languages import LANGUAGES
from mailer.mailings.clock import calendar_of, follow
from mailer.trail.models import Area
from mailer.trail.note import note
from mailer.web.desk import publication_form
from mailer.web.desk.changing import ring_press
from mailer.web.desk.frame import go, page, say, staff
from mailer.web.desk.may import SEE_PUBLICATION, SETTLE


def publication(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Everybody of the desk may look; publishers change."""
    return (_save if request.method == "POST" else _show)(request, slug)


@staff(SEE_PUBLICATION, "GET")
def _show(request: HttpRequest, slug: str) -> HttpResponse:
    shown = find_publication(slug)
    context = {
        "publication": shown,
        "sections": list(shown.sections.all()),
        "lists": list(shown.lists.order_by("slug")),
        "modes": Mode,
        "pdf_uses": PdfUse,
        "ways": Pictures,
        "next": next_slot(calendar_of(shown), timezone.now()) if shown.clock_on else None,
        "spoken": list(LANGUAGES.values()),
        "zones": publication_form.zones(),
        "stamp": publication_form.stamp(shown),
    }
    return page(request, "desk/publication.html", context)


@staff(SETTLE, "POST")
def _save(request: HttpRequest, slug: str) -> HttpResponse:
    """Store it, and compile its drafts anew; what was approved stays as it was approved."""
    now = timezone.now()
    with transaction.atomic():
        find_publication(slug)
        changed = Publication.objects.select_for_update().get(slug=slug)
        publication_form.refuse_stale(request, changed)
        before, counted = calendar_of(changed), changed.count_clicks
        publication_form.read_into(request, changed)
        if not changed.languages:
            raise Refused(N_("A publication needs at least one language."))
        changed.save()
        publication_form.save_sections(request, changed)
        drafts = compile_drafts(changed, now)
        note(
            "publication.changed",
            N_("The settings of %(slug)s were changed"),
            Area.PUBLICATION,
            changed.pk,
            slug=slug,
        )
        if changed.count_clicks != counted:
            _note_clicks(changed)
        follow(changed, before, now)
    for issue_id in drafts:
        ring_press(issue_id)
    if changed.article_pictures:
        tasks.ring(tasks.fetch_pictures)
    say(request, gettext("Saved. Drafts are compiled anew; what was approved stays as it was."))
    return go("desk:publication", slug)


def _note_clicks(publication: Publication) -> None:
    """Its own line: who asks since when clicks are counted, and by whose word, finds it."""
    began = N_("The counting of clicks was switched on for %(slug)s")
    ended = N_("The counting of clicks was switched off for %(slug)s")
    told = began if publication.count_clicks else ended
    slug = publication.slug
    note("publication.clicks", told, Area.PUBLICATION, publication.pk, slug=slug)


def compile_drafts(publication: Publication, now: datetime) -> list[int]:
    """Compile anew what nobody has approved; the ids of these issues."""
    open_ones = publication.issues.filter(state__in=[IssueState.DRAFT, IssueState.HELD])
    drafts = list(open_ones.order_by("pk").values_list("pk", flat=True))
    for issue_id in drafts:
        compile_issue(issue_id, now)
    return drafts
