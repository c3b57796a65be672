"""What a person does to stories (a verb): merge, split, say who leads. It wins, and is remembered.

    merge   the articles of one story go into another; the emptied one says where they went
    split   some articles of a story become one of their own
    apart   two stories are not the same: they are offered no more

A verdict is kept for each pair of articles that was put together or taken apart.
"""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q

from mailer.errors import N_, NotFound, Refused
from mailer.stories.models import Likeness, Story, Telling, Verdict
from mailer.stories.shelf import in_hand

#: Articles of two stories that are taken apart pair by pair: a verdict a pair.
_MOST_PAIRS = 20_000


def find_story(story_id: int) -> Story:
    """The story of a number, with its articles; NotFound with a sentence when it has none."""
    story = Story.objects.filter(pk=story_id, tellings__isnull=False).first()
    if story is None:
        raise _gone()
    return story


def _gone() -> NotFound:
    return NotFound(N_("This story is not there any more: it was merged into another one."))


def merge(into_id: int, other_id: int, by: User | None, now: datetime) -> list[int]:
    """Put the articles of `other` into `into`, which keeps its number; the ids of those moved."""
    into, other = find_story(into_id), find_story(other_id)
    if into.pk == other.pk:
        raise Refused(N_("A story cannot be merged with itself."))
    if into.language != other.language:
        raise Refused(N_("These stories are in two languages: they are not merged."))
    with in_hand(into.language) as turn:
        stay, moved = _articles(into.pk), _articles(other.pk)
        if not (stay and moved):
            raise _gone()
        _say(stay, moved, together=True, by=by, now=now)
        Telling.objects.filter(article__in=moved).update(story=into)
        Story.objects.filter(pk=other.pk).update(merged_into=into, turn=turn)
        Story.objects.filter(pk=into.pk).update(turn=turn)
        Likeness.objects.filter(Q(one=other) | Q(other=other)).delete()
    return moved


def split(
    story_id: int,
    articles: Collection[int],
    by: User | None,
    now: datetime,
    *,
    back_to: int | None = None,
) -> Story:
    """Take articles out of a story into one of their own; with `back_to`, into that emptied one.

    Refused when they are not all in it, or when nothing would be left.
    """
    story = find_story(story_id)
    with in_hand(story.language) as turn:
        stay = [article for article in _articles(story.pk) if article not in set(articles)]
        moved = [article for article in _articles(story.pk) if article in set(articles)]
        if not moved or len(moved) != len(set(articles)):
            raise Refused(N_("These articles are not in the story any more."))
        if not stay:
            raise Refused(N_("This is the story's only article: there is nothing to split."))
        own = _emptied(back_to) or Story.objects.create(
            language=story.language, turn=turn, created_at=now
        )
        _say(stay, moved, together=False, by=by, now=now)
        Telling.objects.filter(article__in=moved).update(story=own)
        Story.objects.filter(pk=own.pk).update(turn=turn, merged_into=None)
        Story.objects.filter(pk=story.pk, lead__in=moved).update(lead=None)
        Story.objects.filter(pk=story.pk).update(turn=turn)
    return own


def keep_apart(one_id: int, other_id: int, by: User | None, now: datetime) -> None:
    """Two stories are not the same: remembered, and no more offered."""
    one, other = find_story(one_id), find_story(other_id)
    with in_hand(one.language):
        _say(_articles(one.pk), _articles(other.pk), together=False, by=by, now=now)
        first, second = sorted((one.pk, other.pk))
        Likeness.objects.filter(one=first, other=second).delete()


def lead_with(story_id: int, article_id: int) -> None:
    """Let an article of the story lead it."""
    story = find_story(story_id)
    with in_hand(story.language) as turn:
        if article_id not in _articles(story.pk):
            raise Refused(N_("These articles are not in the story any more."))
        Story.objects.filter(pk=story.pk).update(lead=article_id, turn=turn)


def _emptied(story_id: int | None) -> Story | None:
    return Story.objects.filter(pk=story_id or 0, tellings__isnull=True).first()


def _articles(story_id: int) -> list[int]:
    tellings = Telling.objects.filter(story=story_id).order_by("article_id")
    return list(tellings.values_list("article_id", flat=True))


def _say(
    some: list[int], others: list[int], *, together: bool, by: User | None, now: datetime
) -> None:
    pairs = (sorted((one, other)) for one in some for other in others)
    rows = [
        Verdict(one_id=one, other_id=other, together=together, by=by, at=now)
        for (one, other), _ in zip(pairs, range(_MOST_PAIRS), strict=False)
    ]
    Verdict.objects.bulk_create(
        rows,
        batch_size=150,
        update_conflicts=True,
        unique_fields=["one", "other"],
        update_fields=["together", "by", "at"],
    )
