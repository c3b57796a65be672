"""`/desk/sources/take/`: an article whose address somebody pasted, into a section."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.articles.looking import read_article
from mailer.articles.models import Article, Kind, Source
from mailer.articles.refresh import policy
from mailer.articles.taking import shelf, take
from mailer.curation.compose import find_publication
from mailer.curation.models import Section
from mailer.curation.placing import find_section, place
from mailer.errors import N_
from mailer.trail.models import Area
from mailer.trail.note import note
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import ADD_SOURCE
from mailer.web.desk.typed import line


@staff(ADD_SOURCE, "POST")
def article_take(request: HttpRequest) -> HttpResponse:
    """Read its page, and keep it; nothing is kept when either is refused."""
    url = line(request, "url", 2000)
    facts = read_article(url, policy())
    with transaction.atomic():
        pasted = placed_shelf(Kind.PAGE, line(request, "place", 120))
        article = take(facts, url, pasted, timezone.now())
        note_taken(article, N_("The article “%(title)s” was pasted in"))
    say(request, gettext("“%(title)s” was taken in.") % {"title": article.title})
    return go("desk:sources")


def note_taken(article: Article, told: str) -> None:
    """Write down who brought an article in."""
    note("source.article-taken", told, Area.SOURCE, article.source_id, title=article.title)


def placed_shelf(kind: Kind, wanted: str) -> Source:
    """The source of what staff bring in themselves for a `publication/section`."""
    publication_slug, _, section_slug = wanted.partition("/")
    publication = find_publication(publication_slug)
    return shelf_of(kind, find_section(publication, section_slug or None))


def shelf_of(kind: Kind, section: Section) -> Source:
    """The same, of a section that was found."""
    publication = section.publication
    made = shelf(kind, f"{publication.slug}/{section.slug}", timezone.now())
    place(made, publication, section.slug)
    return made
