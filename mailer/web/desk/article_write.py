"""`/desk/sources/write/`: an article of the newsroom's own."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.articles.models import Kind
from mailer.articles.taking import write
from mailer.curation.models import Publication
from mailer.errors import N_
from mailer.web.desk.article_take import note_taken, placed_shelf
from mailer.web.desk.frame import go, page, say, staff
from mailer.web.desk.may import ADD_SOURCE
from mailer.web.desk.typed import line, text


@staff(ADD_SOURCE, "GET", "POST")
def article_write(request: HttpRequest) -> HttpResponse:
    """GET shows the form, POST keeps what was written, and the section it goes to."""
    if request.method != "POST":
        publications = Publication.objects.prefetch_related("sections").order_by("pk")
        return page(request, "desk/article_write.html", {"publications": list(publications)})
    with transaction.atomic():
        article = write(
            placed_shelf(Kind.STAFF, line(request, "place", 120)),
            title=line(request, "title", 500),
            lead=text(request, "lead", 5000),
            language=line(request, "language", 8),
            url=line(request, "url", 2000),
            author=line(request, "author", 300),
            now=timezone.now(),
        )
        note_taken(article, N_("The article “%(title)s” was written"))
    say(request, gettext("“%(title)s” was taken in.") % {"title": article.title})
    return go("desk:sources")
