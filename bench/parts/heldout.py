"""What a threshold is worth on pairs that it was not chosen on.

One threshold serves all languages. It is chosen by a rule that was named before the figures were
looked at: the lowest at which what is called one story is so in 95 of 100 pairs, were there one
mistake more than was seen. Cross-validation, many times over: chosen on four fifths, told of the
fifth. A fold holds families and not pairs: two pairs with an article in common, or one of which is
the other in translation (the French file holds translations out of the Spanish), are not two
witnesses.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log, sqrt

from bench.parts.pairs import Pair, Share, scores
from mailer.stories.folding import words

_RIGHT = 0.95
_FOLDS, _TIMES = 5, 40
_DRAWS = 2000
_ALL = "all"
_TRANSLATED = 0.2  # cosine of names and numbers: ties 30 French pairs to Spanish ones
_NAME = 5  # the letters of a name that translation leaves


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair: whether people call it one story, how alike it is, and of which family it is."""

    language: str
    same: bool
    score: float
    family: int


@dataclass(frozen=True, slots=True)
class Interval:
    """95 of 100 draws of the families, with replacement, lie between the two."""

    low: float
    high: float


def witnesses(found: Mapping[str, Sequence[Pair]], characters: int | None = None) -> list[Judged]:
    """All pairs of all languages, scored as the automatic threshold sees them."""
    pairs = [pair for language in sorted(found) for pair in found[language]]
    families = _families(pairs)
    given = [
        (language, score)
        for language in sorted(found)
        for score in scores(found[language], language, characters)
    ]
    return [
        Judged(language, pair.same, score, family)
        for pair, (language, score), family in zip(pairs, given, families, strict=True)
    ]


def threshold(known: Sequence[Judged]) -> float:
    """By the rule above; over 1 where nothing holds it."""
    ordered = sorted(known, key=lambda pair: -pair.score)
    wrong = accumulate(not pair.same for pair in ordered)
    holding = [
        pair.score
        for called, (pair, mistakes) in enumerate(zip(ordered, wrong, strict=True), start=1)
        if mistakes + 1 <= (1 - _RIGHT) * (called + 1)
    ]
    return min(holding, default=1.1)


def held_out(known: Sequence[Judged]) -> dict[str, Share]:
    """Language, and `all` → the shares among pairs on which the threshold was not chosen."""
    chance = random.Random(1)
    counts: dict[str, Counter[tuple[bool, bool]]] = {}
    for _ in range(_TIMES):
        fold = _drawn(known, chance)
        for number in range(_FOLDS):
            least = threshold([pair for pair in known if fold[pair.family] != number])
            told = [pair for pair in known if fold[pair.family] == number]
            for name, count in _counted(told, least).items():
                counts.setdefault(name, Counter()).update(count)
    return {name: _shares(count) for name, count in sorted(counts.items())}


def _drawn(known: Sequence[Judged], chance: random.Random) -> dict[int, int]:
    families = sorted({pair.family for pair in known})
    chance.shuffle(families)
    return {family: place % _FOLDS for place, family in enumerate(families)}


def _counted(known: Sequence[Judged], least: float) -> dict[str, Counter[tuple[bool, bool]]]:
    counts: dict[str, Counter[tuple[bool, bool]]] = {}
    for pair in known:
        for name in (pair.language, _ALL):
            counts.setdefault(name, Counter())[pair.same, pair.score >= least] += 1
    return counts


def _shares(count: Counter[tuple[bool, bool]]) -> Share:
    right = count[True, True]
    return Share(
        right / ((right + count[False, True]) or 1), right / ((right + count[True, False]) or 1)
    )


def intervals(known: Sequence[Judged], least: float) -> dict[str, tuple[Interval, Interval]]:
    """Language, and `all` → the intervals of precision and of recall at a threshold."""
    chance = random.Random(2)
    members: dict[int, list[Judged]] = {}
    for pair in known:
        members.setdefault(pair.family, []).append(pair)
    families = list(members.values())
    drawn: dict[str, list[Share]] = {}
    for _ in range(_DRAWS):
        draw = [pair for family in chance.choices(families, k=len(families)) for pair in family]
        for name, count in _counted(draw, least).items():
            drawn.setdefault(name, []).append(_shares(count))
    return {
        name: (_middle([one.precision for one in told]), _middle([one.recall for one in told]))
        for name, told in sorted(drawn.items())
    }


def _middle(values: list[float]) -> Interval:
    values = sorted(values)
    return Interval(values[len(values) * 25 // 1000], values[len(values) * 975 // 1000])


def _families(pairs: Sequence[Pair]) -> list[int]:
    """The family of each pair: the least place of those it hangs together with."""
    of = list(range(len(pairs)))

    def first(place: int) -> int:
        while of[place] != place:
            place = of[place]
        return place

    def tie(one: int, other: int) -> None:
        one, other = sorted((first(one), first(other)))
        of[other] = one

    seen: dict[tuple[str, str], int] = {}
    for place, pair in enumerate(pairs):
        for text in (pair.one, pair.other):
            if any(text):
                tie(place, seen.setdefault(text, place))
    for one, other in _translations(pairs):
        tie(one, other)
    return [first(place) for place in range(len(pairs))]


def _translations(pairs: Sequence[Pair]) -> list[tuple[int, int]]:
    names = _weighed([_names(pair) for pair in pairs])
    by_name: dict[str, list[int]] = {}
    found = []
    for place, told in enumerate(names):
        near = {other for name in told for other in by_name.get(name, ())}
        found += [(other, place) for other in near if _cosine(told, names[other]) > _TRANSLATED]
        for name in told:
            by_name.setdefault(name, []).append(place)
    return found


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(weight * other[name] for name, weight in one.items() if name in other)


def _names(pair: Pair) -> set[str]:
    told = words(" ".join(pair.one + pair.other))
    return {word[:_NAME] for word in told if len(word) >= _NAME or word.isdigit()}


def _weighed(texts: Sequence[set[str]]) -> list[dict[str, float]]:
    spread = Counter(name for text in texts for name in text)
    weights = [{name: log(len(texts) / spread[name]) ** 2 for name in text} for text in texts]
    lengths = [sqrt(sum(w * w for w in told.values())) or 1.0 for told in weights]
    return [
        {name: w / length for name, w in told.items()}
        for told, length in zip(weights, lengths, strict=True)
    ]
