"""`./run bench stories [FOLDER]`: how well and how fast articles are grouped.

Quality: pairs that people judged, in Arabic, French and Spanish, with the texts and with 500
characters of each as a feed gives them. Rivals on the same pairs: the cosine of plain words, with
no stems, no bound and 500 characters, and trafilatura's SimHash; compared by average precision,
which knows no threshold. Speed: the headlines of one day of the French press, all new at once, and
20 new ones beside the others. FOLDER holds the shared data's `clustering`.
"""

import csv
import math
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from trafilatura.deduplication import Simhash

from bench.parts.pairs import Measured, Pair, average_precision, judged, measured
from mailer.stories.alike import cosine, vectors
from mailer.stories.folding import words
from mailer.stories.group import Member, group
from mailer.stories.reading import read
from tests.shared import SHARED_DATA, WHY_SKIPPED

Score = Callable[[Pair], float]
RUNS = 5
FEED = 500  # characters of a lead


def main() -> None:
    """Print both tables."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED_DATA and SHARED_DATA / "clustering"
    if not folder:
        sys.exit(f"Nothing to measure on: {WHY_SKIPPED}.")
    _quality(folder)
    _speed(folder)


def _quality(folder: Path) -> None:
    print("pairs judged by people           grouped (≥ .40)     offered too (≥ .28)")
    print("                    pairs same   precision recall    precision recall")
    for language, pairs in sorted(judged(folder).items()):
        _line(f"{language}, whole texts", measured(pairs, language))
        _line(f"{language}, 500 characters", measured(pairs, language, FEED))
        ours, plain, simhash = (
            average_precision(pairs, score)
            for score in (_ours(pairs, language), _plain(pairs), _simhash)
        )
        print(f"  average precision: {ours:.3f}, plain words {plain:.3f}, SimHash {simhash:.3f}")


def _line(name: str, told: Measured) -> None:
    shares = "    ".join(
        f"{share.precision:9.3f} {share.recall:6.3f}" for share in (told.automatic, told.offered)
    )
    print(f"{name:<20}{told.pairs:>5}{told.same:>5}   {shares}")


def _ours(pairs: list[Pair], language: str) -> Score:
    texts = list({text for pair in pairs for text in (pair.one, pair.other)})
    found = dict(zip(texts, vectors([read(*text, language) for text in texts]), strict=True))
    return lambda pair: cosine(found[pair.one], found[pair.other])


def _plain(pairs: list[Pair]) -> Score:
    texts = {text for pair in pairs for text in (pair.one, pair.other)}
    counts = {text: Counter(words(text[0]) * 2 + words(text[1][:FEED])) for text in texts}
    spread = Counter(word for count in counts.values() for word in count)
    vector = {
        text: {word: n * math.log((len(texts) + 1) / spread[word]) for word, n in count.items()}
        for text, count in counts.items()
    }
    length = {text: math.hypot(*told.values()) for text, told in vector.items()}

    def score(pair: Pair) -> float:
        one, other = vector[pair.one], vector[pair.other]
        dot = sum(weight * other.get(word, 0.0) for word, weight in one.items())
        return dot / (length[pair.one] * length[pair.other] or 1)

    return score


def _simhash(pair: Pair) -> float:
    one, other = (Simhash(f"{title}\n{text}") for title, text in (pair.one, pair.other))
    return float(one.similarity(other))


def _speed(folder: Path) -> None:
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            titles = [row[0] for row in csv.reader(lines)]
        print(f"\n{path.name}: {len(titles)} headlines, median of {RUNS} runs")
        _timed("all new, read and grouped", lambda: group([_new(title) for title in titles]))  # noqa: B023 - called at once
        known = [Member(read(title, "", "fr"), 0, n) for n, title in enumerate(titles[:-20])]
        latest = [_new(title) for title in titles[-20:]]
        _timed("20 new beside the others", lambda: group([*known, *latest]))  # noqa: B023 - called at once


def _new(title: str) -> Member:
    return Member(read(title, "", "fr"), 0)


def _timed(name: str, act: Callable[[], object]) -> None:
    wall, cpu = [], []
    for _ in range(RUNS):
        began, worked = perf_counter(), process_time()
        act()
        wall.append(perf_counter() - began)
        cpu.append(process_time() - worked)
    print(f"  {name:<28} {median(wall):5.2f} s  ({median(cpu):.2f} s of processor)")


if __name__ == "__main__":
    main()
