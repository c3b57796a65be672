"""How alike two articles are (pure): do both say the same, and does each tell the other's news?

    likeness = ½ cosine of their weighted stems  +  ½ share of each headline that the other tells

A headline says what happened. Two articles about one person or one place share most of their words
and not what happened: their headlines tell them apart. Of a headline its words count as they are
written, for the outlets that tell one event use its very words, where stems also meet by chance.
Both halves weigh by rarity in the window. The weights are round: those that a fit on human-scored
pairs gives are no better on pairs that it has not seen (docs/stories.md).

In a text of some length no stem weighs more than a fifth of the whole: else an article about a
person is taken for any other about the same person.

A likeness is bilinear: that of two sums of articles is the sum of those of their pairs, which is
what average linkage asks for (group.py).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt

from mailer.stories.reading import Reading

Weights = dict[str, float]

#: Likenesses from which articles are one story, and from which an editor is asked.
AUTOMATIC = 0.45
OFFERED = 0.35
_HEAVIEST = 0.2
#: Articles that stand behind every window and say nothing: in one of ten articles, six of which
#: tell one event, the words of the event are no common words.
_BEHIND = 100
_SHORT = 1.5  # of a text of n stems, one may weigh this much over √n all the same


@dataclass(frozen=True, slots=True)
class Vector:
    """An article, or the sum of several.

    Of one article: `stems` has length 1 (or is empty), `headline` sums to 1 (or is empty), and
    each of `words` is 1.
    """

    stems: Weights
    headline: Weights
    words: Weights


def vectors(readings: Sequence[Reading]) -> list[Vector]:
    """A vector for each reading, weighed by what is rare among them."""
    counts = [reading.stems() for reading in readings]
    rare_stems = _rarity(counts)
    rare_words = _rarity([reading.words for reading in readings])
    return [
        Vector(
            _bounded({stem: count * rare_stems[stem] for stem, count in stems.items()}),
            _shares({word: told * rare_words[word] for word, told in reading.headline.items()}),
            dict.fromkeys(reading.words, 1.0),
        )
        for reading, stems in zip(readings, counts, strict=True)
    ]


def _rarity(texts: Sequence[Iterable[str]]) -> Weights:
    spread = Counter(word for text in texts for word in text)
    size = len(texts) + _BEHIND
    return {word: log(size / count) for word, count in spread.items()}


def _bounded(weights: Weights) -> Weights:
    whole = _unit(weights)
    heaviest = max(_HEAVIEST, _SHORT / sqrt(len(whole) or 1))
    return _unit({stem: min(weight, heaviest) for stem, weight in whole.items()})


def _unit(weights: Weights) -> Weights:
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {stem: weight / length for stem, weight in weights.items()} if length else {}


def _shares(weights: Weights) -> Weights:
    whole = sum(weights.values())
    return {word: weight / whole for word, weight in weights.items()} if whole else {}


def likeness(one: Vector, other: Vector) -> float:
    """From 0, nothing in common, to 1; of sums, the sum over their pairs."""
    told = _product(one.headline, other.words) + _product(other.headline, one.words)
    return _product(one.stems, other.stems) / 2 + told / 4


def _product(one: Weights, other: Weights) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def added(found: Iterable[Vector]) -> Vector:
    """The sum of vectors."""
    total = Vector({}, {}, {})
    for vector in found:
        _add(total.stems, vector.stems)
        _add(total.headline, vector.headline)
        _add(total.words, vector.words)
    return total


def _add(total: Weights, weights: Weights) -> None:
    for word, weight in weights.items():
        total[word] = total.get(word, 0.0) + weight
