"""What an editor does in a publication's inbox (a verb). Each deed is remembered, and undone.

new ──▸ kept · later · dropped ──▸ new          decide
two stories ──▸ one ──▸ two                     merge, split
two that were offered as one ──▸ two            apart
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from mailer.curation.models import Deed, Proposal, ProposalState, Publication
from mailer.curation.propose import propose_again
from mailer.errors import N_, NotFound, Refused
from mailer.stories import hand
from mailer.stories.models import Likeness, Verdict

#: What a person may make of a story that is no issue's yet.
DECISIONS = (
    ProposalState.NEW,
    ProposalState.KEPT,
    ProposalState.LATER,
    ProposalState.DROPPED,
)
_KEPT_DEEDS = 200  # a person


def decide(
    publication: Publication, stories: Collection[int], state: str, by: User, now: datetime
) -> list[int]:
    """Keep, drop, put off or take back stories; those that changed. A taken one stays taken."""
    if state not in DECISIONS:
        raise Refused(N_("“%(state)s” is no decision."), state=state[:20])
    with transaction.atomic():
        rows = list(
            Proposal.objects.select_for_update()
            .filter(publication=publication, story__in=stories)
            .exclude(state__in=[state, ProposalState.TAKEN])
        )
        if not rows and not _has(publication, stories):
            raise _gone()
        if rows:
            before = {str(row.story_id): [row.state, row.pinned] for row in rows}
            Proposal.objects.filter(pk__in=[row.pk for row in rows]).update(
                state=state, decided_by=by, decided_at=now
            )
            _remember(publication, "decide", before, by, now)
    return [row.story_id for row in rows]


def pin(publication: Publication, story: int, by: User, now: datetime) -> bool:
    """Pin a story above the others, or let it go; whether it is pinned now."""
    with transaction.atomic():
        row = _find(publication, story)
        Proposal.objects.filter(pk=row.pk).update(pinned=not row.pinned)
        _remember(publication, "decide", {str(story): [row.state, row.pinned]}, by, now)
    return not row.pinned


def merge(
    publication: Publication, into: int, others: Collection[int], by: User, now: datetime
) -> None:
    """Put other stories into one; what was kept or pinned of them is so afterwards."""
    with transaction.atomic():
        for other in others:
            was, score = _states(into, other), _score(into, other)
            moved = hand.merge(into, other, by, now)
            deed = {"into": into, "other": other, "moved": moved, "was": was, "score": score}
            _inherit(into, other)
            Proposal.objects.filter(story=other).delete()
            _remember(publication, "merge", deed, by, now)
        _all_again([into, *others])


def split(
    publication: Publication, story: int, articles: Collection[int], by: User, now: datetime
) -> int:
    """Take articles out into a story of their own, which is new in the inbox; its number."""
    with transaction.atomic():
        own = hand.split(story, articles, by, now).pk
        _remember(publication, "split", {"story": story, "own": own}, by, now)
        _all_again([story, own])
    return own


def apart(publication: Publication, one: int, other: int, by: User, now: datetime) -> None:
    """Say that two stories that were offered as one are two."""
    with transaction.atomic():
        deed = {"one": one, "other": other, "score": _score(one, other)}
        hand.keep_apart(one, other, by, now)
        _remember(publication, "apart", deed, by, now)


def undo(publication: Publication, by: User, now: datetime) -> list[int]:
    """Take back the person's last deed in this inbox; the stories that it concerned."""
    with transaction.atomic():
        deed = (
            Deed.objects.select_for_update()
            .filter(publication=publication, by=by)
            .order_by("-pk")
            .first()
        )
        if deed is None:
            raise Refused(N_("There is nothing to undo."))
        stories = _BACK[deed.kind](publication, deed.before, by, now)
        deed.delete()
    return stories


def lead_with(publication: Publication, story: int, article: int) -> None:
    """Let an article lead its story, here and in every other inbox."""
    with transaction.atomic():
        _find(publication, story)
        hand.lead_with(story, article)
        _all_again([story])


def _find(publication: Publication, story: int) -> Proposal:
    row = Proposal.objects.select_for_update().filter(publication=publication, story=story).first()
    if row is None:
        raise _gone()
    return row


def _has(publication: Publication, stories: Collection[int]) -> bool:
    return Proposal.objects.filter(publication=publication, story__in=stories).exists()


def _gone() -> NotFound:
    return NotFound(N_("This story is not in the inbox any more."))


def _states(*stories: int) -> list[list[Any]]:
    rows = Proposal.objects.filter(story__in=stories)
    return [list(row) for row in rows.values_list("publication_id", "story_id", "state", "pinned")]


def _score(one: int, other: int) -> float:
    """How alike two stories were found; 0 when they were not offered."""
    first, second = sorted((one, other))
    found = Likeness.objects.filter(one=first, other=second).first()
    return found.score if found else 0.0


def _inherit(into: int, other: int) -> None:
    """In every publication: kept beside kept stays kept, pinned beside pinned stays pinned."""
    for row in Proposal.objects.filter(story=other):
        there = Proposal.objects.filter(publication=row.publication_id, story=into)
        if row.state == ProposalState.KEPT:
            there.filter(~Q(state=ProposalState.TAKEN)).update(state=ProposalState.KEPT)
        if row.pinned:
            there.update(pinned=True)


def _all_again(stories: Collection[int]) -> None:
    """Every publication looks at the stories again at once: their inboxes are true."""
    for publication in Publication.objects.order_by("pk"):
        propose_again(publication, stories)


def _remember(
    publication: Publication, kind: str, before: dict[str, Any], by: User, now: datetime
) -> None:
    deed = Deed.objects.create(publication=publication, by=by, at=now, kind=kind, before=before)
    old = Deed.objects.filter(publication=publication, by=by, pk__lt=deed.pk).order_by("-pk")
    Deed.objects.filter(pk__in=list(old.values_list("pk", flat=True)[_KEPT_DEEDS:])).delete()


def _undecide(publication: Publication, before: dict[str, Any], *_: Any) -> list[int]:
    for story, (state, pinned) in before.items():
        Proposal.objects.filter(publication=publication, story=int(story)).exclude(
            state=ProposalState.TAKEN
        ).update(state=state, pinned=pinned, decided_by=None, decided_at=None)
    return [int(story) for story in before]


def _unmerge(_: Publication, before: dict[str, Any], by: User, now: datetime) -> list[int]:
    into, other = before["into"], before["other"]
    hand.split(into, before["moved"], by, now, back_to=other)
    _forget(into, other, before["score"])
    _all_again([into, other])
    for publication, story, state, pinned in before["was"]:
        Proposal.objects.filter(publication=publication, story=story).exclude(
            state=ProposalState.TAKEN
        ).update(state=state, pinned=pinned)
    return [into, other]


def _unsplit(_: Publication, before: dict[str, Any], by: User, now: datetime) -> list[int]:
    story, own = before["story"], before["own"]
    # Nothing is remembered of what was undone: the verdicts go while there are two stories.
    _forget(story, own, 0.0)
    moved = hand.merge(story, own, by, now)
    Verdict.objects.filter(one__in=moved, other__telling__story=story, at=now).delete()
    Verdict.objects.filter(other__in=moved, one__telling__story=story, at=now).delete()
    Proposal.objects.filter(story=own).delete()
    _all_again([story])
    return [story]


def _unapart(_: Publication, before: dict[str, Any], *__: Any) -> list[int]:
    _forget(before["one"], before["other"], before["score"])
    return [before["one"], before["other"]]


def _forget(one: int, other: int, score: float) -> None:
    """No word more on whether two stories are one; offered again, where they were."""
    told = Q(one__telling__story=one, other__telling__story=other)
    told |= Q(one__telling__story=other, other__telling__story=one)
    Verdict.objects.filter(told).delete()
    if score:
        first, second = sorted((one, other))
        Likeness.objects.get_or_create(one_id=first, other_id=second, defaults={"score": score})


_Back = Callable[[Publication, dict[str, Any], User, datetime], list[int]]
_BACK: dict[str, _Back] = {
    "decide": _undecide,
    "merge": _unmerge,
    "split": _unsplit,
    "apart": _unapart,
}
