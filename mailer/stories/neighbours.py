"""Which pairs of many articles are alike at all (pure), without asking all of them.

What is common makes no pair by itself. Of a vector only the rarest stems are looked for, down to
where the rest cannot reach the least cosine (Cauchy-Schwarz), and of a headline the rarest words,
down to where the rest is less than the least share: two articles that share none of those are less
alike than asked for. Of the others the sum of what was seen, and the most that the rest can add,
says whether to compute.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt

from mailer.stories.alike import Vector, Weights, likeness

#: How much deeper is looked than need be: the less is left, the less it can add, and the fewer
#: pairs are computed (a third less work on 5,000 headlines).
_DEEPER = 0.6


def alike(
    found: Sequence[Vector], least: float, fresh: Sequence[bool]
) -> Iterator[tuple[int, int, float]]:
    """The pairs (first, second, likeness) from `least` on of which one at least is fresh, once."""
    sights = _sights(found, least)
    seen = _Seen({word for sight in sights for word in sight.headline})
    one_is_fresh = False
    for second, (vector, sight) in enumerate(zip(found, sights, strict=True)):
        one_is_fresh = one_is_fresh or fresh[second]
        if one_is_fresh:
            for first, part in seen.sums(vector, sight).items():
                most = part + sight.rest + sights[first].headline_rest
                if most >= least and (fresh[first] or fresh[second]):
                    value = likeness(found[first], vector)
                    if value >= least:
                        yield first, second, value
        seen.add(second, vector, sight)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What is looked for of a vector, weighed as in a likeness, and the most of what is not."""

    stems: Weights
    stems_rest: float
    headline: Weights
    headline_rest: float

    @property
    def rest(self) -> float:
        return self.stems_rest + self.headline_rest


def _sights(found: Sequence[Vector], least: float) -> list[_Sight]:
    stems = Counter(stem for vector in found for stem in vector.stems)
    words = Counter(word for vector in found for word in vector.words)
    return [_sight(vector, stems, words, _DEEPER * least) for vector in found]


def _sight(vector: Vector, stems: Counter[str], words: Counter[str], least: float) -> _Sight:
    kept, rest = _rarest(vector.stems, stems, least * least, lambda weight: weight * weight)
    told, untold = _rarest(vector.headline, words, least, lambda weight: weight)
    return _Sight(
        {stem: vector.stems[stem] / 2 for stem in kept},
        sqrt(rest) / 2,
        {word: vector.headline[word] / 4 for word in told},
        untold / 4,
    )


def _rarest(
    weights: Weights, spread: Counter[str], least: float, measure: Callable[[float], float]
) -> tuple[list[str], float]:
    """The rarest, down to where the rest measures less than `least`; what the rest measures."""
    kept, rest = [], sum(map(measure, weights.values()))
    for word in sorted(weights, key=spread.__getitem__):
        if rest < least:
            break
        kept.append(word)
        rest -= measure(weights[word])
    return kept, max(rest, 0.0)


@dataclass(slots=True)
class _Seen:
    """Who has a stem, who tells a word, whose headline has it: of all vectors so far."""

    asked: set[str]
    _stems: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    _words: dict[str, list[int]] = field(default_factory=dict)
    _headlines: dict[str, list[tuple[int, float]]] = field(default_factory=dict)

    def sums(self, vector: Vector, sight: _Sight) -> dict[int, float]:
        """What each has in common with the vector, as far as was looked for."""
        sums: dict[int, float] = {}
        for stem, weight in sight.stems.items():
            for first, other in self._stems.get(stem, ()):
                sums[first] = sums.get(first, 0.0) + weight * other
        for word, share in sight.headline.items():
            for first in self._words.get(word, ()):
                sums[first] = sums.get(first, 0.0) + share
        for word in self._headlines.keys() & vector.words.keys():
            for first, share in self._headlines[word]:
                sums[first] = sums.get(first, 0.0) + share
        return sums

    def add(self, place: int, vector: Vector, sight: _Sight) -> None:
        for stem, weight in vector.stems.items():
            self._stems.setdefault(stem, []).append((place, weight))
        for word in vector.words.keys() & self.asked:
            self._words.setdefault(word, []).append(place)
        for word, share in sight.headline.items():
            self._headlines.setdefault(word, []).append((place, share))
