"""The inbox as an editor sees it: a page of stories in order, each with what is told around it.

Few looks at the database however many stories there are: the page itself by one index, then what
belongs to its stories, each kind at once. Counts stop at a thousand: beyond it "more" says enough.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from mailer.articles.models import Article
from mailer.curation.models import Companion, Item, Proposal, ProposalState, Publication
from mailer.editions.links import web_link
from mailer.stories.models import Likeness, Telling
from mailer.stories.search import newest

#: Stories of one page; the next ones come when its end is near.
PAGE = 100
_MOST = 1000  # that are counted
MOST_FOUND = 3000  # articles of a search, of whatever language, whose stories are shown
#: The states an inbox shows, in the order of its tabs.
SHOWN = (
    ProposalState.NEW,
    ProposalState.KEPT,
    ProposalState.LATER,
    ProposalState.DROPPED,
    ProposalState.EXCLUDED,
)
_ORDER = ("-pinned", "-score", "-newest_at", "-pk")
_PLACE = re.compile(r"([01])-([0-9]{1,9})-([0-9]{1,17})-([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: a publication's stories in a language and a state, or what one seeks.

    `after` is where the page before ended (`Pile.more`), `section` an id or None for all.
    """

    publication: Publication
    language: str
    state: str = ProposalState.NEW
    section: int | None = None
    sought: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """An article of a story: who tells it, how, where; whether it `copies` the leader's text."""

    article: int
    outlet: str
    title: str
    url: str
    at: datetime
    copies: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """Another story that may be the same, by its headline."""

    story: int
    headline: str


@dataclass(frozen=True, slots=True)
class Tale:
    """A story on the page. `told_in` are the numbers of the issues that told it already."""

    row: Proposal
    leader: Article
    url: str
    others: tuple[Voice, ...]
    same_dispatch: bool
    told_in: tuple[int, ...]
    offers: tuple[Offer, ...]

    @property
    def story(self) -> int:
        """The story's number."""
        return self.row.story_id

    @property
    def outlets(self) -> list[str]:
        """The outlets beside the leader's, each once."""
        own = self.leader.outlet or self.leader.source.title
        return [name for name in dict.fromkeys(one.outlet for one in self.others) if name != own]


@dataclass(frozen=True, slots=True)
class Pile:
    """A page of the inbox; `more` is where the next page begins, "" at the end.

    `cut` tells of a search that found more articles than it looked at.
    """

    tales: tuple[Tale, ...]
    more: str
    cut: bool = False


def pile(asked: Asked) -> Pile:
    """The page that is asked for."""
    found = newest(asked.sought, asked.language, MOST_FOUND) if asked.sought else []
    rows = list(_rows(asked, found)[: PAGE + 1])
    shown = rows[:PAGE]
    more = _place_of(shown[-1]) if len(rows) > PAGE else ""
    return Pile(_tales(asked.publication, shown), more, cut=len(found) == MOST_FOUND)


def counts(publication: Publication, language: str) -> dict[str, int]:
    """How many stories wait in each state, up to a thousand."""
    rows = Proposal.objects.filter(publication=publication, language=language)
    return {state.value: rows.filter(state=state)[:_MOST].count() for state in SHOWN}


def new_by_language(publication: Publication) -> dict[str, int]:
    """How many new stories each language has, up to a thousand."""
    rows = Proposal.objects.filter(publication=publication, state=ProposalState.NEW)
    return {code: rows.filter(language=code)[:_MOST].count() for code in publication.languages}


def tales_of(publication: Publication, stories: Collection[int]) -> tuple[Tale, ...]:
    """Some stories, as they are now, in the order they are named."""
    rows = _read(Proposal.objects.filter(publication=publication, story__in=stories))
    found = {row.story_id: row for row in rows}
    return _tales(publication, [found[story] for story in stories if story in found])


def _rows(asked: Asked, articles: Collection[int]) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(publication=asked.publication, language=asked.language)
    if asked.sought:
        told = Telling.objects.filter(article__in=articles)
        rows = rows.filter(story__in=told.values("story_id"))
    else:
        rows = rows.filter(state=asked.state)
    if asked.section:
        rows = rows.filter(section=asked.section)
    return _read(_behind(rows, asked.after)).order_by(*_ORDER)


def _read(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return rows.select_related("leader__source", "section").defer("leader__body")


def _place_of(row: Proposal) -> str:
    micros = int(row.newest_at.timestamp() * 1_000_000)
    return f"{int(row.pinned)}-{row.score}-{micros}-{row.pk}"


def _behind(rows: QuerySet[Proposal], place: str) -> QuerySet[Proposal]:
    found = _PLACE.fullmatch(place)
    if not found:
        return rows
    pinned, score, micros, pk = (int(part) for part in found.groups())
    try:
        at = datetime.fromtimestamp(micros / 1_000_000, UTC)
    except (OverflowError, ValueError):
        return rows
    last = Q(newest_at__lt=at) | Q(newest_at=at, pk__lt=pk)
    return rows.filter(
        Q(pinned__lt=pinned) | Q(pinned=pinned) & (Q(score__lt=score) | Q(score=score) & last)
    )


def _tales(publication: Publication, rows: Sequence[Proposal]) -> tuple[Tale, ...]:
    stories = [row.story_id for row in rows]
    told = _tellings(publication, stories)
    issues = _issues(publication, [one.article_id for many in told.values() for one in many])
    offers = _offers(publication, stories)
    return tuple(
        _tale(row, told.get(row.story_id, []), issues, offers.get(row.story_id, ())) for row in rows
    )


def _tale(
    row: Proposal, told: Sequence[Telling], issues: dict[int, int], offers: Sequence[Offer]
) -> Tale:
    dispatch = next((_dispatch(one) for one in told if one.article_id == row.leader_id), 0)
    others = tuple(
        Voice(
            article=one.article_id,
            outlet=one.article.outlet or one.article.source.title,
            title=one.article.title,
            url=web_link(one.article.url),
            at=one.article.published_at,
            copies=_dispatch(one) == dispatch,
        )
        for one in told
        if one.article_id != row.leader_id
    )
    numbers = {issues[one.article_id] for one in told if one.article_id in issues}
    return Tale(
        row=row,
        leader=row.leader,
        url=web_link(row.leader.url),
        others=others,
        same_dispatch=bool(others) and all(one.copies for one in others),
        told_in=tuple(sorted(numbers)),
        offers=tuple(offers),
    )


def _dispatch(telling: Telling) -> int:
    return telling.copy_of_id or telling.article_id


def _tellings(publication: Publication, stories: Sequence[int]) -> dict[int, list[Telling]]:
    rows = (
        Telling.objects.filter(
            story__in=stories, article__source__placements__publication=publication
        )
        .select_related("article__source")
        .defer("words", "headline", "runs", "article__body", "article__lead")
        .order_by("article__published_at", "article_id")
    )
    found: dict[int, list[Telling]] = {}
    for row in rows:
        found.setdefault(row.story_id, []).append(row)
    return found


def _issues(publication: Publication, articles: Sequence[int]) -> dict[int, int]:
    """Article → the number of the issue that has it."""
    asked = Q(publication=publication, article__in=articles)
    own = Item.objects.filter(asked).order_by().values_list("article_id", "issue__number")
    beside = Companion.objects.filter(asked).order_by()
    return dict(own) | dict(beside.values_list("article_id", "item__issue__number"))


def _offers(publication: Publication, stories: Sequence[int]) -> dict[int, list[Offer]]:
    """Story → the others that may be the same, the most alike first."""
    likes = Likeness.objects.filter(Q(one__in=stories) | Q(other__in=stories)).order_by("-score")
    pairs = [(like.one_id, like.other_id) for like in likes]
    rows = Proposal.objects.filter(
        publication=publication, story__in={story for pair in pairs for story in pair}
    ).exclude(state__in=[ProposalState.TAKEN, ProposalState.DROPPED])
    headlines = dict(rows.values_list("story_id", "leader__title"))
    found: dict[int, list[Offer]] = {}
    for one, other in pairs:
        for story, twin in ((one, other), (other, one)):
            if story in headlines and twin in headlines:
                found.setdefault(story, []).append(Offer(twin, headlines[twin]))
    return found
