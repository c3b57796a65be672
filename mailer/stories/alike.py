"""How alike two articles are (pure): the cosine of their weighted stems.

A stem weighs its count times the logarithm of how rare it is in the window. In a text of some
length no stem weighs more than a fifth of the whole: else an article about a person is taken for
any other about the same person (on the human-scored pairs that costs two Arabic mistakes in
thirty).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import log, sqrt

from mailer.stories.reading import Reading

Vector = dict[str, float]

#: Cosines from which articles are one story, and from which an editor is asked.
AUTOMATIC = 0.40
OFFERED = 0.28
_HEAVIEST = 0.2
#: Articles that stand behind every window and say nothing: in one of ten articles, six of which
#: tell one event, the words of the event are no common words.
_BEHIND = 100
_SHORT = 1.5  # of a text of n stems, one may weigh this much over √n all the same


def vectors(readings: Sequence[Reading]) -> list[Vector]:
    """A vector of length 1 for each reading (an empty one for a reading without stems)."""
    spread = Counter(stem for reading in readings for stem in reading.stems)
    size = len(readings) + _BEHIND
    rarity = {stem: log(size / count) for stem, count in spread.items()}
    return [_vector(reading.stems, rarity) for reading in readings]


def _vector(stems: dict[str, int], rarity: dict[str, float]) -> Vector:
    whole = _unit({stem: count * rarity[stem] for stem, count in stems.items()})
    heaviest = max(_HEAVIEST, _SHORT / sqrt(len(whole) or 1))
    return _unit({stem: min(weight, heaviest) for stem, weight in whole.items()})


def _unit(weights: Vector) -> Vector:
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {stem: weight / length for stem, weight in weights.items()} if length else {}


def cosine(one: Vector, other: Vector) -> float:
    """From 0, nothing in common, to 1."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[stem] for stem, weight in one.items() if stem in other)


def alike(
    found: Sequence[Vector], least: float, fresh: Sequence[bool]
) -> Iterator[tuple[int, int, float]]:
    """The pairs (first, second, cosine) from `least` on of which one at least is fresh, each once.

    A common stem cannot make a pair by itself: the postings of a vector's commonest stems, whose
    weights together stay below `least` (Cauchy-Schwarz), are not looked through. On 5,000
    headlines that leaves a tenth of the pairs that share a stem.
    """
    spread = Counter(stem for vector in found for stem in vector)
    postings: dict[str, list[tuple[int, float]]] = {}
    for second, vector in enumerate(found):
        rare, rest = _rare(vector, spread, least)
        sums: dict[int, float] = {}
        for stem in rare:
            weight = vector[stem]
            for first, other in postings.get(stem, ()):
                sums[first] = sums.get(first, 0.0) + weight * other
        for first, part in sums.items():
            if part + rest >= least and (fresh[first] or fresh[second]):
                value = cosine(found[first], vector)
                if value >= least:
                    yield first, second, value
        for stem, weight in vector.items():
            postings.setdefault(stem, []).append((second, weight))


def _rare(vector: Vector, spread: Counter[str], least: float) -> tuple[list[str], float]:
    """The rarest stems of a vector, down to where the rest cannot reach `least`; its length."""
    kept, rest = [], 1.0
    for stem in sorted(vector, key=spread.__getitem__):
        if rest < least * least:
            break
        kept.append(stem)
        rest -= vector[stem] * vector[stem]
    return kept, sqrt(max(rest, 0.0))
