"""`/desk/issues/<id>/take/`: an article becomes an entry, by the address that somebody pasted."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.articles.looking import read_article
from mailer.articles.models import Article, Kind
from mailer.articles.refresh import policy
from mailer.articles.taking import find_or_take, known_at
from mailer.curation import arrange, signoff
from mailer.curation.models import Section
from mailer.errors import N_, MailerError
from mailer.rendering import sentence
from mailer.stories.sort import sort_new
from mailer.web.desk.article_take import note_taken, shelf_of
from mailer.web.desk.changing import changing, to_bench
from mailer.web.desk.find import find_section_of
from mailer.web.desk.frame import person, say, staff
from mailer.web.desk.issue import Pasted, show
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import line, whole


@staff(EDIT, "POST")
def item_take(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Into a section, in the language of the tab; an address that is refused stays in its field."""
    issue, code = signoff.find(issue_id), line(request, "lang", 8)
    signoff.refuse_unless_open(issue)
    section = find_section_of(issue.publication, whole(request, "section"))
    url = line(request, "url", 2000)
    try:
        article = known_at(url) or _read(section, url)
        with changing(request, issue_id) as now:
            added = arrange.add_article(
                issue_id, code, section.pk, article, by=person(request), now=now
            )
    except MailerError as refusal:
        return show(request, issue_id, code, pasted=Pasted(section.pk, url, sentence(refusal)))
    say(request, gettext("“%(title)s” was taken in.") % {"title": article.title})
    return to_bench(added)


def _read(section: Section, url: str) -> Article:
    """Its page is read, and the article kept, with its story, whether or not it then enters."""
    facts = read_article(url, policy())
    now = timezone.now()
    with transaction.atomic():
        pasted = shelf_of(Kind.PAGE, section)
        article, is_new = find_or_take(facts, url, pasted, now)
        if is_new:
            note_taken(article, N_("The article “%(title)s” was pasted in"))
    sort_new(now)
    return article
