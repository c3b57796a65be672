"""Which article of a story leads (pure): the others are "also in"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the leader rule looks at of an article; `own` says that the outlet is the house's."""

    id: int
    own: bool
    weight: int
    lead: int
    published_at: datetime


def leader(candidates: Iterable[Candidate], pinned: int | None = None) -> int:
    """The id of the leading article: pinned, own site, heaviest source, longest lead, earliest.

    ValueError when there is none.
    """
    return min(
        candidates,
        key=lambda one: (
            one.id != pinned,
            not one.own,
            -one.weight,
            -one.lead,
            one.published_at,
            one.id,
        ),
    ).id
