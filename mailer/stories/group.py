"""Which articles tell the same thing (pure): average linkage of likenesses, around what stands.

    together by hand, one number before, one dispatch     joined first
    average likeness from AUTOMATIC on                    joined, the most alike first
    average likeness from OFFERED on, or two numbers      offered to the editor

A story keeps its number: two that have one are never joined here, and no article that is in one
leaves it, whatever arrives. Two articles that a person took apart never meet again. Average and
never single linkage: else a chain of neighbours makes one story of a whole election.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mailer.stories.alike import AUTOMATIC, OFFERED, Vector, added, likeness, vectors
from mailer.stories.dispatch import dispatches
from mailer.stories.neighbours import alike
from mailer.stories.reading import Reading

Pair = tuple[int, int]
#: Days that may lie between two articles of one event: a weekly issue's window, and a day.
WINDOW = 8


@dataclass(frozen=True, slots=True)
class Member:
    """An article of the window; `number` is its story's, None for one that has just arrived.

    `day` is when it was published, in days from any one moment.
    """

    reading: Reading
    source: int
    number: int | None = None
    day: float = 0.0


@dataclass(frozen=True, slots=True)
class Offer:
    """Two stories that may be one: the places of a member of each, and how alike they are."""

    one: int
    other: int
    score: float


@dataclass(frozen=True, slots=True)
class Grouping:
    """The stories, each as the places of its members; what is offered; who carries whose text.

    `dispatches` maps the place of an article to that of the first that carries the same text.
    """

    stories: list[list[int]]
    offers: list[Offer]
    dispatches: dict[int, int]


def group(
    members: Sequence[Member], *, together: Iterable[Pair] = (), apart: Iterable[Pair] = ()
) -> Grouping:
    """Group the members; `together` and `apart` are pairs of their places, settled by hand."""
    readings = [member.reading for member in members]
    fresh = [member.number is None for member in members]
    clusters = _Clusters(members, vectors(readings), apart)
    for one, other in together:
        clusters.join(one, other)
    sources = [member.source for member in members]
    copies = [pair for pair in dispatches(readings, sources, fresh) if _near(members, *pair)]
    for one, other in copies:
        clusters.join(one, other)
    found = alike(clusters.vectors, OFFERED, fresh)
    pairs = [pair for pair in found if _near(members, *pair[:2])]
    _link(clusters, pairs, readings)
    return Grouping(clusters.all(), list(_offers(clusters, pairs)), _first_of(copies))


def _near(members: Sequence[Member], one: int, other: int) -> bool:
    return abs(members[one].day - members[other].day) <= WINDOW


class _Clusters:
    """Disjoint sets of places, each known by its least place's root, with sums of vectors."""

    def __init__(
        self, members: Sequence[Member], found: list[Vector], apart: Iterable[Pair]
    ) -> None:
        self.vectors = found
        self._of = list(range(len(members)))
        self._places = {place: [place] for place in self._of}
        self._sums: dict[int, Vector] = {}
        self._numbers = [member.number for member in members]
        self._foes: dict[int, set[int]] = {}
        for one, other in apart:
            self._foes.setdefault(one, set()).add(other)
            self._foes.setdefault(other, set()).add(one)
        first: dict[int, int] = {}
        for place, number in enumerate(self._numbers):
            if number is not None:
                self._merge(first.setdefault(number, place), place)

    def root(self, place: int) -> int:
        return self._of[place]

    def all(self) -> list[list[int]]:
        return [sorted(places) for places in self._places.values()]

    def may_join(self, one: int, other: int) -> bool:
        """Whether two roots may be one story: at most one number, nothing taken apart."""
        if one == other or (self._numbers[one] is not None and self._numbers[other] is not None):
            return False
        return not self.are_apart(one, other)

    def are_apart(self, one: int, other: int) -> bool:
        return any(
            self._of[foe] == other
            for place in (self._places[one] if self._foes else ())
            for foe in self._foes.get(place, ())
        )

    def join(self, one: int, other: int) -> int | None:
        """Join the clusters of two places; the new root, None where they may not be joined."""
        one, other = self._of[one], self._of[other]
        return self._merge(one, other) if self.may_join(one, other) else None

    def _merge(self, one: int, other: int) -> int:
        if one == other:
            return one
        keep, gone = min(one, other), max(one, other)
        if self._numbers[keep] is None:
            self._numbers[keep] = self._numbers[gone]
        for place in self._places[gone]:
            self._of[place] = keep
        self._places[keep] += self._places.pop(gone)
        self._sums.pop(keep, None)
        self._sums.pop(gone, None)
        return keep

    def average(self, one: int, other: int) -> float:
        """The average likeness between two clusters: that of their sums, over both sizes."""
        sizes = len(self._places[one]) * len(self._places[other])
        return likeness(self._sum(one), self._sum(other)) / sizes

    def _sum(self, root: int) -> Vector:
        places = self._places[root]
        if len(places) == 1:
            return self.vectors[places[0]]
        if root not in self._sums:
            self._sums[root] = added(self.vectors[place] for place in places)
        return self._sums[root]


def _link(
    clusters: _Clusters, pairs: Iterable[tuple[int, int, float]], readings: Sequence[Reading]
) -> None:
    """Average linkage. Only neighbours are asked: an average needs one pair that reaches it."""
    near: dict[int, set[int]] = {}
    for one, other, score in pairs:
        if score >= AUTOMATIC and not (readings[one].bare or readings[other].bare):
            _befriend(near, clusters.root(one), clusters.root(other))
    queue = [
        (-clusters.average(one, other), one, other)
        for one, others in near.items()
        for other in others
        if one < other
    ]
    heapq.heapify(queue)
    while queue:
        score, one, other = heapq.heappop(queue)
        if -score < AUTOMATIC:
            break
        if other not in near.get(one, ()) or not clusters.may_join(one, other):
            continue
        keep = clusters.join(one, other)
        if keep is None:
            continue
        around = (near.pop(one) | near.pop(other)) - {one, other}
        for neighbour in around:
            near[neighbour] -= {one, other}
            _befriend(near, keep, neighbour)
            heapq.heappush(queue, (-clusters.average(keep, neighbour), *_sorted(keep, neighbour)))


def _befriend(near: dict[int, set[int]], one: int, other: int) -> None:
    if one != other:
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)


def _sorted(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _offers(clusters: _Clusters, pairs: Iterable[tuple[int, int, float]]) -> Iterator[Offer]:
    asked: set[Pair] = set()
    for one, other, _ in pairs:
        roots = _sorted(clusters.root(one), clusters.root(other))
        if roots[0] == roots[1] or roots in asked:
            continue
        asked.add(roots)
        score = clusters.average(*roots)
        if score >= OFFERED and not clusters.are_apart(*roots):
            yield Offer(*roots, score)


def _first_of(copies: Iterable[Pair]) -> dict[int, int]:
    first: dict[int, int] = {}
    for one, other in sorted(copies):
        first.setdefault(other, first.get(one, one))
    return first
