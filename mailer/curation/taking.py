"""Which stories enter an issue, and how: one entry a story, the other articles "also in".

articles that no issue has, of stories that the publication may take
→ by story → the leader, its companions → by section, in order: pinned, outlets × weight, date
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from mailer.articles.models import Article
from mailer.curation.filing import filer
from mailer.curation.models import (
    Companion,
    Issue,
    Item,
    Proposal,
    ProposalState,
    Publication,
    Takes,
)
from mailer.curation.propose import leading
from mailer.stories.models import Telling

#: Stories in these states enter no issue.
_LEFT_OUT = [ProposalState.DROPPED, ProposalState.LATER, ProposalState.EXCLUDED]


@dataclass(frozen=True, slots=True)
class Entry:
    """What becomes an item: the article that leads, those beside it, and its section's id."""

    article: Article
    companions: tuple[Article, ...]
    section: int
    pinned: bool
    size: int


def free(
    publication: Publication,
    starts_at: datetime | None,
    ends_at: datetime | None,
    issue: Issue | None = None,
) -> QuerySet[Article]:
    """The articles that may enter: of its sources and languages, which no issue has taken.

    With an open `issue`, also those that go beside an entry of it.
    """
    entered = Item.objects.filter(publication=publication, article__isnull=False)
    beside = Companion.objects.filter(publication=publication)
    proposals = Proposal.objects.filter(publication=publication)
    found = (
        Article.objects.filter(
            source__placements__publication=publication, language__in=publication.languages
        )
        .exclude(pk__in=entered.values("article_id"))
        .exclude(pk__in=beside.values("article_id"))
    )
    in_it = Telling.objects.filter(article__items__issue=issue) if issue else Telling.objects.none()
    here = in_it.values("story_id")
    if publication.takes == Takes.KEPT:
        kept = proposals.filter(state=ProposalState.KEPT)
        found = found.filter(
            Q(telling__story__in=kept.values("story_id")) | Q(telling__story__in=here)
        )
    else:
        found = found.exclude(
            telling__story__in=proposals.filter(state__in=_LEFT_OUT).values("story_id")
        )
        # Of a story that was told, only an article that tells more: `taken` becomes `new` then.
        told = proposals.filter(state=ProposalState.TAKEN).exclude(story__in=here)
        found = found.exclude(telling__story__in=told.values("story_id"))
    if starts_at:
        found = found.filter(published_at__gte=starts_at)
    if ends_at:
        found = found.filter(published_at__lt=ends_at)
    return found


def waiting_articles(issue: Issue) -> int:
    """How many articles could enter now, as entries or beside them."""
    found = free(issue.publication, issue.starts_at, None, issue)
    if not issue.publication.rules.filter(error__isnull=True).exists():
        return found.count()
    files = filer(issue.publication)
    return sum(files.section(article) is not None for article in found.defer("body"))


def entries(publication: Publication, articles: Iterable[Article]) -> list[Entry]:
    """The entries that free articles make, in the order of their sections."""
    files = filer(publication)
    by_story: dict[int, list[tuple[Article, int]]] = {}
    for article in articles:
        section = files.section(article)
        if section is not None:
            by_story.setdefault(_story_of(article), []).append((article, section))
    pinned = _pinned(publication, by_story)
    made = [_entry(told, *pinned.get(story, (False, None))) for story, told in by_story.items()]
    return sorted(made, key=_order)


def _story_of(article: Article) -> int:
    """The number of its story; an article that was not sorted yet is one of its own."""
    telling = getattr(article, "telling", None)
    return telling.story_id if telling else -article.pk


def _pinned(publication: Publication, stories: Iterable[int]) -> dict[int, tuple[bool, int | None]]:
    rows = Proposal.objects.filter(publication=publication, story__in=[*stories])
    return {
        story: (pinned, lead)
        for story, pinned, lead in rows.values_list("story_id", "pinned", "story__lead_id")
    }


def _entry(told: Sequence[tuple[Article, int]], pinned: bool, lead: int | None) -> Entry:
    first = leading([article for article, _ in told], lead)
    beside = sorted(
        (article for article, _ in told if article.pk != first.pk),
        key=lambda article: (-article.source.weight, article.published_at, article.pk),
    )
    return Entry(
        article=first,
        companions=tuple(beside),
        section=next(section for article, section in told if article.pk == first.pk),
        pinned=pinned,
        size=len({article.source_id for article, _ in told}),
    )


def _order(entry: Entry) -> tuple[str, bool, int, float, int]:
    article = entry.article
    return (
        article.language,
        not entry.pinned,
        -entry.size * article.source.weight,
        -article.published_at.timestamp(),
        article.pk,
    )


def enter(issue: Issue, articles: QuerySet[Article]) -> int:
    """Write the entries of free articles into an issue; how many articles went in.

    Articles of a story that the issue has already go beside its entry; the others are new entries
    behind what their section holds.
    """
    read = articles.select_related("source", "telling").defer(
        "body", "telling__words", "telling__headline", "telling__runs"
    )
    have = _items_by_story(issue)
    new: list[Article] = []
    beside: list[Companion] = []
    files = filer(issue.publication)
    for article in read:
        item = have.get(_story_of(article))
        if item is None:
            new.append(article)
        elif files.section(article) is not None:
            beside.append(_companion(item, article))
    made = entries(issue.publication, new)
    items = Item.objects.bulk_create(_items(issue, made), batch_size=500)
    for item, entry in zip(items, made, strict=True):
        beside += [_companion(item, article) for article in entry.companions]
    Companion.objects.bulk_create(beside, batch_size=500)
    _mark_taken(issue, items, beside)
    return len(items) + len(beside)


def _items_by_story(issue: Issue) -> dict[int, Item]:
    rows = issue.items.filter(article__isnull=False).select_related("article__telling")
    return {_story_of(item.article): item for item in rows if item.article}


def _items(issue: Issue, made: Sequence[Entry]) -> list[Item]:
    last = {
        (row["language"], row["section_id"]): row["last"]
        for row in issue.items.order_by()
        .values("language", "section_id")
        .annotate(last=Max("position"))
    }
    items = []
    for entry in made:
        place = entry.article.language, entry.section
        last[place] = last.get(place, 0) + 1
        items.append(
            Item(
                issue=issue,
                publication=issue.publication,
                language=entry.article.language,
                section_id=entry.section,
                position=last[place],
                article=entry.article,
                pinned=entry.pinned,
            )
        )
    return items


def _companion(item: Item, article: Article) -> Companion:
    own = item.article
    return Companion(
        item=item,
        publication_id=item.publication_id,
        article=article,
        same_text=own is not None and _dispatch(own) == _dispatch(article),
    )


def _dispatch(article: Article) -> int:
    telling = getattr(article, "telling", None)
    return (telling.copy_of_id if telling else None) or article.pk


def _mark_taken(issue: Issue, items: Sequence[Item], beside: Sequence[Companion]) -> None:
    articles = [*(item.article for item in items), *(one.article for one in beside)]
    stories = {_story_of(article) for article in articles if article}
    Proposal.objects.filter(publication=issue.publication, story__in=stories).update(
        state=ProposalState.TAKEN
    )
