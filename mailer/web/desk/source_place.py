"""`/desk/sources/<id>/place/`: the section that a source's articles enter."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from mailer.curation.compose import find_publication
from mailer.curation.placing import place
from mailer.errors import N_
from mailer.trail.models import Area
from mailer.trail.note import noted
from mailer.web.desk.find import find_source
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import CHANGE_SOURCE
from mailer.web.desk.typed import line


@staff(CHANGE_SOURCE, "POST")
def source_place(request: HttpRequest, source_id: int) -> HttpResponse:
    """Move it; articles that are in an issue already stay where they are."""
    source = find_source(source_id)
    publication_slug, _, section_slug = line(request, "place", 120).partition("/")
    told = N_("The source %(source)s was given its place in %(slug)s")
    values = {"source": str(source), "slug": publication_slug}
    with noted("source.placed", told, Area.SOURCE, source.pk, **values):
        place(source, find_publication(publication_slug), section_slug or None)
    say(request, gettext("New articles of %(source)s go there from now on.") % {"source": source})
    return go("desk:sources", anchor=f"#source-{source.pk}")
