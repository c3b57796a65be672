"""`/desk/sources/add/`: a new source, by its address."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer import tasks
from mailer.articles.refresh import add_source
from mailer.curation.compose import find_publication
from mailer.curation.placing import place
from mailer.errors import N_
from mailer.languages import known
from mailer.trail.models import Area
from mailer.trail.note import note
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import ADD_SOURCE
from mailer.web.desk.typed import line


@staff(ADD_SOURCE, "POST")
def source_add(request: HttpRequest) -> HttpResponse:
    """Add it in its section, by the name that was shown, and have it fetched; nothing is kept when
    either is refused.
    """
    publication_slug, _, section_slug = line(request, "place", 120).partition("/")
    hint = known(line(request, "language", 8))
    with transaction.atomic():
        publication = find_publication(publication_slug)
        source = add_source(
            line(request, "url", 2000),
            title=line(request, "title", 300),
            language=hint.code if hint else "",
            now=timezone.now(),
        )
        place(source, publication, section_slug or None)
        told = N_("The source %(source)s was added")
        note("source.added", told, Area.SOURCE, source.pk, source=str(source))
    tasks.ring(tasks.refresh_source, source.pk)
    say(request, gettext("%(source)s was added; it is being fetched.") % {"source": source})
    return go("desk:sources", anchor=f"#source-{source.pk}")
