"""Every article into its story (a verb): what has just arrived, and what says something else now.

    find what waits → look at the shelf → read → group with the window → write, if nothing moved

Safe to run twice and by several at once: whoever finds the shelf turned looks again.
"""

import logging
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from mailer.articles.models import Article
from mailer.stories.group import WINDOW, Grouping, Member, group
from mailer.stories.models import Likeness, SearchText, Shelf, Story, Telling, Verdict
from mailer.stories.reading import Reading, read
from mailer.stories.search import search_words
from mailer.stories.shelf import Stale, look, turned

#: Articles sorted at once, and of those that stand the nearest that they are compared with.
_AT_ONCE = 500
_NEAREST = 4000
_ATTEMPTS = 5
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Told:
    """An article and what was read of it; one that stands has a story."""

    article: int
    source: int
    at: datetime
    reading: Reading
    story: int | None = None
    copy_of: int | None = None


def sort_new(now: datetime) -> int:
    """Sort all that waits; how many articles got a story. What is left waits for the next call."""
    _read_again()
    count = 0
    for language in _waiting().order_by("language").values_list("language", flat=True).distinct():
        while got := _sort(language, now):
            count += got
    return count


def _waiting() -> QuerySet[Article]:
    return Article.objects.filter(telling__isnull=True)


def _sort(language: str, now: datetime) -> int:
    """The oldest that wait in a language; how many got their story."""
    for _ in range(_ATTEMPTS):
        shelf = look(language)
        waiting = list(
            _waiting().filter(language=language).order_by("published_at", "pk")[:_AT_ONCE]
        )
        if not waiting:
            return 0
        told = _window(language, waiting)
        told += [
            _Told(one.pk, one.source_id, one.published_at, read_article(one)) for one in waiting
        ]
        found = _grouped(told)
        try:
            return _write(shelf, waiting, told, found, now)
        except Stale:
            continue
    log.info("the stories in %s change too often: the rest is sorted at the next turn", language)
    return 0


def _window(language: str, waiting: Sequence[Article]) -> list[_Told]:
    """What stands around the articles, the newest where it is too much."""
    dates = [article.published_at for article in waiting]
    near = Telling.objects.filter(
        article__language=language,
        article__published_at__gte=min(dates) - timedelta(days=WINDOW),
        article__published_at__lte=max(dates) + timedelta(days=WINDOW),
    ).order_by("-article__published_at", "-article_id")
    near = near.annotate(source=F("article__source_id"), at=F("article__published_at"))
    return [
        _Told(
            article=one.article_id,
            source=one.source,
            at=one.at,
            reading=_reading(one, language),
            story=one.story_id,
            copy_of=one.copy_of_id,
        )
        for one in near[:_NEAREST]
    ]


def read_article(article: Article) -> Reading:
    """What grouping reads of an article: its body where there is one, else its lead."""
    text = article.body if len(article.body) > len(article.lead) else article.lead
    return read(article.title, text, article.language)


def _reading(telling: Telling, language: str) -> Reading:
    runs = frozenset(array("I", bytes(telling.runs)))
    return Reading(language, telling.words, telling.headline, runs, telling.bare)


def _grouped(told: Sequence[_Told]) -> Grouping:
    """What stands comes first in `told`, so a story that begins with it has its number."""
    place = {one.article: number for number, one in enumerate(told)}
    pairs: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for verdict in Verdict.objects.filter(one__in=place, other__in=place):
        pairs[verdict.together].append((place[verdict.one_id], place[verdict.other_id]))
    members = [
        Member(one.reading, one.source, one.story, one.at.timestamp() / 86400) for one in told
    ]
    return group(members, together=pairs[True], apart=pairs[False])


def _write(
    shelf: Shelf,
    waiting: Sequence[Article],
    told: Sequence[_Told],
    found: Grouping,
    now: datetime,
) -> int:
    with turned(shelf) as turn:
        numbers = _numbers(shelf.language, told, found, turn, now)
        Story.objects.filter(pk__in=set(numbers[-len(waiting) :])).update(turn=turn)
        copies = {
            place: told[first].copy_of or told[first].article
            for place, first in found.dispatches.items()
        }
        Telling.objects.bulk_create(
            (
                Telling(
                    article=article,
                    story_id=numbers[place],
                    copy_of_id=copies.get(place),
                    read_at=article.changed_at,
                    **_columns(told[place].reading),
                )
                for place, article in enumerate(waiting, start=len(told) - len(waiting))
            ),
            batch_size=200,
        )
        SearchText.objects.bulk_create(
            (SearchText(article=article, words=search_words(article)) for article in waiting),
            batch_size=200,
        )
        _offer(found, numbers)
    return len(waiting)


def _numbers(
    language: str, told: Sequence[_Told], found: Grouping, turn: int, now: datetime
) -> list[int]:
    """The story's number at each place; those that are new get theirs here."""
    numbers = [one.story or 0 for one in told]
    fresh = [story for story in found.stories if not numbers[story[0]]]
    made = Story.objects.bulk_create(
        Story(language=language, turn=turn, created_at=now) for _ in fresh
    )
    for story in found.stories:
        for place in story:
            numbers[place] = numbers[story[0]]
    for story, row in zip(fresh, made, strict=True):
        for place in story:
            numbers[place] = row.pk
    return numbers


def _columns(reading: Reading) -> dict[str, object]:
    return {
        "words": reading.words,
        "headline": reading.headline,
        "runs": array("I", sorted(reading.runs)).tobytes(),
        "bare": reading.bare,
    }


def _offer(found: Grouping, numbers: Sequence[int]) -> None:
    rows: dict[tuple[int, int], Likeness] = {}
    for offer in found.offers:
        one, other = sorted((numbers[offer.one], numbers[offer.other]))
        rows[one, other] = Likeness(one_id=one, other_id=other, score=offer.score)
    Likeness.objects.bulk_create(
        rows.values(),
        batch_size=300,
        update_conflicts=True,
        unique_fields=["one", "other"],
        update_fields=["score"],
    )


def _read_again() -> None:
    """Articles that were updated: read anew for what comes after them, and searched as they are.

    The newest first: after an upgrade that reads otherwise, all of them are.
    """
    changed = Telling.objects.filter(article__changed_at__gt=F("read_at")).select_related("article")
    for telling in changed.order_by("-article__published_at")[:_AT_ONCE]:
        article = telling.article
        Telling.objects.filter(pk=article.pk).update(
            **_columns(read_article(article)), read_at=article.changed_at
        )
        SearchText.objects.update_or_create(
            article=article, defaults={"words": search_words(article)}
        )
