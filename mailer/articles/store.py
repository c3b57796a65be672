"""Articles into and out of the database (edge): candidates for `decide`, intents made rows."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from operator import attrgetter

from django.db import IntegrityError, transaction
from django.db.models import Q

from mailer.articles.decide import (
    Intent,
    Known,
    New,
    Update,
    Words,
    decide,
    guids,
    titles,
    wants_page,
)
from mailer.articles.feed import Entry
from mailer.articles.models import Article

_ATTEMPTS = 3
_WORDS = tuple(Words.__dataclass_fields__)


def store(entries: list[Entry], *, source_id: int, now: datetime) -> list[Intent]:
    """Decide on the entries and write what was decided, in one transaction.

    Another worker may bring the same article from another source between our look and our
    write; the unique address then refuses ours, and a second look finds theirs.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                known = _known(entries, source_id, now)
                intents = decide(entries, known, source_id=source_id, now=now)
                _write(intents, source_id, now)
            return intents
        except IntegrityError:
            if attempt == _ATTEMPTS - 1:
                raise
    return []


def _known(entries: list[Entry], source_id: int, now: datetime) -> list[Known]:
    """Every article that one of the entries could be, by any of the three identities."""
    own = Q(source_id=source_id, guid__in=set(guids(entries)))
    addresses = {entry.canonical_url for entry in entries}
    keys, since = titles(entries, now)
    title = Q(title_key__in=keys, published_at__gte=since)
    found: dict[int, Article] = {}
    given = Q(given_url__in=addresses - {""})
    address = Q(canonical_url__in=addresses)
    for question in (own, address, given, title):  # one index each; OR-ed: none on SQLite
        found |= {article.pk: article for article in Article.objects.filter(question)}
    return [_as_known(article) for article in found.values()]


def _as_known(article: Article) -> Known:
    return Known(
        id=article.pk,
        source_id=article.source_id,
        guid=article.guid,
        canonical_url=article.canonical_url,
        published_at=article.published_at,
        dated=article.dated,
        words=words_of(article),
        page_read=article.page_read_at is not None,
        given_url=article.given_url,
    )


def words_of(article: Article) -> Words:
    """What an article says, as its row has it."""
    values = {name: getattr(article, name) for name in _WORDS}
    return Words(**values | {"categories": tuple(article.categories)})


def _write(intents: Iterable[Intent], source_id: int, now: datetime) -> None:
    """In one order for everybody: two workers that bring the same articles wait, never deadlock."""
    intents = list(intents)
    Article.objects.bulk_create(
        Article(
            source_id=source_id,
            guid=new.guid,
            canonical_url=new.canonical_url,
            given_url=new.canonical_url,
            published_at=new.published_at,
            dated=new.dated,
            first_seen_at=now,
            changed_at=now,
            page_due_at=now if wants_page(new.words, new.dated) else None,
            **asdict(new.words),
        )
        for new in sorted(
            (i for i in intents if isinstance(i, New)), key=attrgetter("canonical_url")
        )
    )
    for update in sorted((i for i in intents if isinstance(i, Update)), key=attrgetter("id")):
        Article.objects.filter(pk=update.id).update(
            canonical_url=update.canonical_url,
            given_url=update.given_url,
            published_at=update.published_at,
            dated=update.dated,
            changed_at=now,
            **asdict(update.words),
        )
