"""`/desk/publications/<slug>/logo/`: the picture at the head of a publication's mails."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.curation.arrange import NO_ALT
from mailer.curation.compose import find_publication
from mailer.curation.models import Publication
from mailer.editions.figures import LOGO
from mailer.errors import N_, Refused
from mailer.pictures.prepare import MOST_BYTES
from mailer.trail.models import Area
from mailer.trail.note import note
from mailer.web.desk.changing import ring_press
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.item_picture import kept
from mailer.web.desk.may import SETTLE
from mailer.web.desk.publication import compile_drafts
from mailer.web.desk.publication_form import per_language
from mailer.web.uploads import takes_files


@takes_files(SETTLE, MOST_BYTES)
@staff(SETTLE, "POST")
def publication_logo(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the file and its words in each language; with `remove`, neither. Drafts follow."""
    before = find_publication(slug).logo
    remove = request.POST.get("remove") == "1"
    logo = None if remove else kept(request, LOGO, before)
    alts = {} if remove else per_language(request, "alt", 300)
    with transaction.atomic():
        changed = Publication.objects.select_for_update().get(slug=slug)
        if logo and not set(changed.languages) <= set(alts):
            raise Refused(NO_ALT)
        changed.logo, changed.logo_alts = logo, alts
        changed.save(update_fields=["logo", "logo_alts"])
        drafts = compile_drafts(changed, timezone.now())
        told = N_("The logo of %(slug)s was changed")
        note("publication.logo", told, Area.PUBLICATION, changed.pk, slug=slug)
    for issue_id in drafts:
        ring_press(issue_id)
    say(request, gettext("Saved. Drafts are compiled anew; what was approved stays as it was."))
    return go("desk:publication", slug)
