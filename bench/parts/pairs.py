"""Pairs of articles that people judged, and what grouping makes of them.

A file of SemEval-2022 Task 8 has two titles, two texts and one or more overall marks a line: 1, the
same, to 4, unrelated. Up to 2 counts as one story.
"""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from mailer.stories.alike import AUTOMATIC, OFFERED, likeness, vectors
from mailer.stories.dispatch import dispatches
from mailer.stories.folding import words
from mailer.stories.function_words import WORDS
from mailer.stories.reading import read

Text = tuple[str, str]
_SAME = 2.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles, each a title and a text, and whether people called them one story."""

    one: Text
    other: Text
    same: bool


@dataclass(frozen=True, slots=True)
class Share:
    """Of what is called one story, how much is; of what is, how much is called so."""

    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Measured:
    """At the two thresholds; `pairs` and `same` say on how many."""

    pairs: int
    same: int
    automatic: Share
    offered: Share


def judged(folder: Path) -> dict[str, list[Pair]]:
    """Language → its pairs, each once, from all the files of a folder that hold such pairs."""
    csv.field_size_limit(sys.maxsize)
    marks: dict[tuple[Text, Text], list[float]] = {}
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8", errors="replace", newline="") as lines:
            for one, other, given in _rows(csv.reader(lines)):
                marks.setdefault((one, other), []).extend(given)
    found: dict[str, list[Pair]] = {}
    for (one, other), given in marks.items():
        pair = Pair(one, other, fmean(given) <= _SAME)
        found.setdefault(_language(one[1] + " " + other[1]), []).append(pair)
    return {code: pairs for code, pairs in found.items() if len(pairs) >= 20}


def _rows(lines: Iterable[list[str]]) -> Iterable[tuple[Text, Text, list[float]]]:
    lines = iter(lines)
    header = next(lines, [])
    if not {"title_1", "title_2", "text_1", "text_2"} <= set(header):
        return
    at = {name: header.index(name) for name in ("title_1", "title_2", "text_1", "text_2")}
    marks = [place for place, name in enumerate(header) if name.startswith("Overall")]
    for row in lines:
        given = [float(row[place]) for place in marks if row[place]]
        if given:
            one = row[at["title_1"]], row[at["text_1"]]
            yield one, (row[at["title_2"]], row[at["text_2"]]), given


def _language(text: str) -> str:
    told = words(text)
    return max(WORDS, key=lambda code: sum(word in WORDS[code] for word in told))


def measured(pairs: Sequence[Pair], language: str, characters: int | None = None) -> Measured:
    """What grouping makes of the pairs, in a window of all their articles.

    With `characters`, of so much of each text only: what a feed without bodies gives.
    """
    return Measured(
        pairs=len(pairs),
        same=sum(pair.same for pair in pairs),
        automatic=_share(pairs, scores(pairs, language, characters), AUTOMATIC),
        offered=_share(pairs, scores(pairs, language, characters, bare_too=True), OFFERED),
    )


def scores(
    pairs: Sequence[Pair], language: str, characters: int | None = None, *, bare_too: bool = False
) -> list[float]:
    """How alike each pair is; a bare title is so to nothing, unless it counts too."""
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair.one, pair.other)))
    place = {text: number for number, text in enumerate(texts)}
    readings = [read(title, text[:characters], language) for title, text in texts]
    found = vectors(readings)
    copies = set(dispatches(readings, range(len(texts)), [True] * len(texts)))

    def score(pair: Pair) -> float:
        one, other = sorted((place[pair.one], place[pair.other]))
        if (one, other) in copies:
            return 1.0
        if not bare_too and (readings[one].bare or readings[other].bare):
            return 0.0
        return likeness(found[one], found[other])

    return [score(pair) for pair in pairs]


def _share(pairs: Sequence[Pair], given: Sequence[float], least: float) -> Share:
    told = Counter((pair.same, score >= least) for pair, score in zip(pairs, given, strict=True))
    right = told[True, True]
    return Share(
        right / ((right + told[False, True]) or 1), right / ((right + told[True, False]) or 1)
    )


def average_precision(pairs: Sequence[Pair], score: Callable[[Pair], float]) -> float:
    """How well a score orders the pairs, whatever the threshold: 1 when all the same come first."""
    right, total = 0, 0.0
    for called, pair in enumerate(sorted(pairs, key=score, reverse=True), start=1):
        if pair.same:
            right += 1
            total += right / called
    return total / (right or 1)
