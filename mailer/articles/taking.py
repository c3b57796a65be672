"""Articles that staff bring in themselves (verb): one they pasted, or one they wrote.

Each lies in a source that is never visited: of kind `page` for what was pasted, whose rights are
to quote, and of kind `staff` for what was written, which is our own. There is one of each per
place that such articles go, so that each enters its own section.
"""

from datetime import datetime
from uuid import uuid4

from django.db.models import Q

from mailer.articles.canonical import canonical, host_of, shown
from mailer.articles.decide import Unchanged, Update
from mailer.articles.facts import PageFacts
from mailer.articles.feed import Entry
from mailer.articles.models import Article, Kind, Rights, Source
from mailer.articles.store import store
from mailer.articles.title_key import title_key
from mailer.errors import N_, Refused
from mailer.languages import known

_RIGHTS = {Kind.PAGE: Rights.QUOTE, Kind.STAFF: Rights.OWN}


def shelf(kind: Kind, place: str, now: datetime) -> Source:
    """The source of what staff bring in themselves for one place, such as `review/section`."""
    source, _ = Source.objects.get_or_create(
        url=f"{kind}:{place}",
        defaults={"kind": kind, "rights": _RIGHTS[kind], "next_fetch_at": now},
    )
    return source


def known_at(url: str) -> Article | None:
    """The article that a feed, or somebody, has brought from this address already."""
    address = canonical(url)
    at = Q(canonical_url=address) | Q(given_url=address)
    return Article.objects.filter(at).first() if address else None


def take(facts: PageFacts, url: str, source: Source, now: datetime) -> Article:
    """The pasted article, as its page says it; Refused when it is here already, or says nothing."""
    article, is_new = find_or_take(facts, url, source, now)
    if not is_new:
        raise Refused(N_("“%(title)s” is here already."), title=facts.title)
    return article


def find_or_take(facts: PageFacts, url: str, source: Source, now: datetime) -> tuple[Article, bool]:
    """The article of a page, and whether it is new here; Refused when the page says nothing."""
    address = facts.canonical_url or canonical(url)
    key = title_key(facts.title)
    if not key or not address:
        raise Refused(
            N_("No article could be read at %(url)s. Write its headline yourself."), url=shown(url)
        )
    entry = Entry(
        guid=address,
        url=address,
        canonical_url=address,
        title=facts.title,
        lead=facts.lead,
        body=facts.body,
        author=facts.author,
        agency=facts.agency,
        outlet=facts.outlet or host_of(address),
        language=facts.language,
        image_url=facts.image_url,
        categories=facts.categories,
        published_at=facts.published_at,
        updated_at=facts.updated_at,
        title_key=key,
    )
    (intent,) = store([entry], source_id=source.pk, now=now)
    if isinstance(intent, Update | Unchanged) and intent.id is not None:
        return Article.objects.get(pk=intent.id), False
    taken = Article.objects.filter(canonical_url=address)
    taken.update(paywalled=facts.paywalled, page_read_at=now, page_due_at=None)
    return taken.get(), True


def write(
    source: Source, *, title: str, lead: str, language: str, url: str, author: str, now: datetime
) -> Article:
    """An article of the newsroom's own, in the words as they were typed.

    Refused without a headline, or in no language of ours.
    """
    spoken = known(language)
    if spoken is None:
        raise Refused(
            N_("“%(language)s” is none of the languages in use. Choose fr, ar or en."),
            language=language,
        )
    key = title_key(title)
    if not key:
        raise Refused(N_("An article needs a headline."))
    link = canonical(url)
    if url and not link:
        raise Refused(
            N_("“%(url)s” is no http or https address. Copy it from the browser."), url=url[:200]
        )
    # An address of its own that leads nowhere: two texts may well have the same link, or none.
    identity = f"staff:{uuid4()}"
    return Article.objects.create(
        source=source,
        guid=identity,
        canonical_url=identity,
        url=link,
        title=title,
        title_key=key,
        lead=lead,
        body=lead,
        author=author,
        language=spoken.code,
        published_at=now,
        first_seen_at=now,
        changed_at=now,
    )
