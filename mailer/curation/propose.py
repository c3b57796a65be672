"""What a publication is offered (a verb): its stories, each as a row that the inbox shows.

    new ⇄ excluded        by the publication's rules
    new → kept, later, dropped, and back        by a person (inbox.py)
    new, kept → taken     its articles are in an issue; a discarded issue gives them back
    taken → new           another article came that tells more than the same dispatch
    later → new           the next issue is drafted

A publication looks through what changed since it looked last, by the turn of the stories' shelf.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from mailer.articles.models import Article, Rights
from mailer.curation.filing import Filer, filer
from mailer.curation.models import (
    Bookmark,
    Companion,
    Item,
    Proposal,
    ProposalState,
    Publication,
    Rule,
)
from mailer.errors import N_, Refused
from mailer.stories.leading import Candidate, leader
from mailer.stories.models import Story, Telling
from mailer.stories.sort import sort_new

_AT_ONCE = 2000  # stories; a turn of the shelf changes a quarter of that at most


def sort_and_propose(now: datetime) -> None:
    """Sort the articles that have come, and offer their stories to every publication."""
    sort_new(now)
    for publication in Publication.objects.order_by("pk"):
        propose(publication)


def propose(publication: Publication) -> int:
    """Look through what changed; how many stories were looked at. Safe to run twice."""
    return sum(_catch_up(publication, language) for language in publication.languages)


def _catch_up(publication: Publication, language: str) -> int:
    Bookmark.objects.get_or_create(publication=publication, language=language)
    looked = 0
    while True:
        with transaction.atomic():
            mark = Bookmark.objects.select_for_update().get(
                publication=publication, language=language
            )
            changed = list(
                Story.objects.filter(language=language, turn__gt=mark.turn).order_by("turn", "pk")[
                    :_AT_ONCE
                ]
            )
            if not changed:
                return looked
            last = changed[-1].turn
            if len(changed) == _AT_ONCE and changed[0].turn < last:
                # The turn that was cut is looked at whole, next.
                changed = [story for story in changed if story.turn < last]
            _propose(publication, changed)
            Bookmark.objects.filter(pk=mark.pk).update(turn=changed[-1].turn)
            looked += len(changed)


def propose_again(publication: Publication, stories: Collection[int]) -> None:
    """Look at these stories again, whatever their turn."""
    with transaction.atomic():
        _propose(publication, list(Story.objects.filter(pk__in=stories)))


def reconsider(publication: Publication) -> None:
    """Look again at all that waits, for the rules or the places have changed."""
    waiting = Proposal.objects.filter(
        publication=publication, state__in=[ProposalState.NEW, ProposalState.EXCLUDED]
    )
    propose_again(publication, list(waiting.values_list("story_id", flat=True)))


def offer_again(publication: Publication) -> None:
    """What was put off comes up again: its issue is drafted."""
    Proposal.objects.filter(publication=publication, state=ProposalState.LATER).update(
        state=ProposalState.NEW
    )


def give_back(publication: Publication, stories: Collection[int]) -> None:
    """The stories of an issue that was discarded: kept, where a person kept them, else new."""
    taken = Proposal.objects.filter(
        publication=publication, story__in=stories, state=ProposalState.TAKEN
    )
    taken.filter(decided_at__isnull=False).update(state=ProposalState.KEPT)
    taken.update(state=ProposalState.NEW)
    propose_again(publication, stories)


@dataclass(frozen=True, slots=True)
class _Told:
    """An article of a story, as a publication files it: None is left out."""

    article: Article
    section: int | None
    dispatch: int
    taken: bool


def _propose(publication: Publication, stories: Sequence[Story]) -> None:
    before = {
        row.story_id: row
        for row in Proposal.objects.filter(publication=publication, story__in=stories)
    }
    files = filer(publication)
    told = _tellings(publication, stories, files)
    rest(files.tired)
    rows = [
        row
        for story in stories
        if (row := _row(publication, story, told.get(story.pk, []), before.get(story.pk)))
    ]
    Proposal.objects.bulk_create(
        rows,
        batch_size=100,
        update_conflicts=True,
        unique_fields=["publication", "story"],
        update_fields=["section", "leader", "state", "outlets", "score", "newest_at"],
    )
    left = {story.pk for story in stories} - {row.story_id for row in rows}
    Proposal.objects.filter(publication=publication, story__in=left).delete()


def _tellings(
    publication: Publication, stories: Sequence[Story], files: Filer
) -> dict[int, list[_Told]]:
    rows = (
        Telling.objects.filter(
            story__in=stories, article__source__placements__publication=publication
        )
        .select_related("article__source")
        .defer("words", "headline", "runs", "article__body")
    )
    taken = taken_of(publication, [row.article_id for row in rows])
    found: dict[int, list[_Told]] = {}
    for row in rows:
        found.setdefault(row.story_id, []).append(
            _Told(
                article=row.article,
                section=files.section(row.article),
                dispatch=row.copy_of_id or row.article_id,
                taken=row.article_id in taken,
            )
        )
    return found


def taken_of(publication: Publication, articles: Sequence[int]) -> set[int]:
    """Those of the articles that an issue of the publication has."""
    asked = Q(publication=publication, article__in=articles)
    items = Item.objects.filter(asked).order_by().values_list("article_id", flat=True)
    companions = Companion.objects.filter(asked).order_by().values_list("article_id", flat=True)
    return {*items, *companions} - {None}


def _row(
    publication: Publication, story: Story, told: Sequence[_Told], before: Proposal | None
) -> Proposal | None:
    """The proposal as it is now; None for a story of which the publication has no article."""
    if not told:
        return None
    ours = [one for one in told if one.section is not None]
    free = [one for one in ours if not one.taken]
    first = leading([one.article for one in free or ours or told], story.lead_id)
    section = next(one.section for one in told if one.article.pk == first.pk)
    outlets = len({one.article.source_id for one in ours})
    return Proposal(
        publication=publication,
        story=story,
        language=story.language,
        section_id=section or first.source.placements.get(publication=publication).section_id,
        leader=first,
        state=_state(before, ours, free),
        outlets=outlets,
        score=outlets * max((one.article.source.weight for one in ours), default=0),
        newest_at=max(one.article.published_at for one in told),
    )


def _state(before: Proposal | None, ours: Sequence[_Told], free: Sequence[_Told]) -> str:
    was = ProposalState(before.state) if before else ProposalState.NEW
    if was in (ProposalState.DROPPED, ProposalState.LATER):
        return was
    if not ours:
        return was if was == ProposalState.KEPT else ProposalState.EXCLUDED
    if not free:
        return ProposalState.TAKEN
    told_already = {one.dispatch for one in ours if one.taken}
    if was == ProposalState.TAKEN:
        tells_more = any(one.dispatch not in told_already for one in free)
        return ProposalState.NEW if tells_more else was
    return ProposalState.NEW if was == ProposalState.EXCLUDED else was


def leading(articles: Iterable[Article], pinned: int | None) -> Article:
    """The article that leads, by the leader rule; their sources are read with them."""
    by_id = {article.pk: article for article in articles}
    candidates = (
        Candidate(
            id=article.pk,
            own=article.source.rights == Rights.OWN,
            weight=article.source.weight,
            lead=len(article.lead),
            published_at=article.published_at,
        )
        for article in by_id.values()
    )
    return by_id[leader(candidates, pinned)]


_TOO_SLOW = N_(
    "This pattern took too long for an article and was switched off. Write it without nested"
    " repetitions and save it again."
)


def rest(tired: Collection[int]) -> None:
    """Switch off the rules that took too long, and say so on them."""
    if tired:
        Rule.objects.filter(pk__in=tired).update(error=Refused(_TOO_SLOW).stored())
