"""`./run bench stories [FOLDER]`: how well and how fast articles are grouped.

Quality: pairs that people judged, in Arabic, French and Spanish, with the texts and with 500
characters of each as a feed gives them; the figures on pairs that the threshold was not chosen on
(parts/heldout.py), and intervals. Rivals on the same pairs: the cosine of plain words, with no
stems, no bound and 500 characters, and trafilatura's SimHash; compared by average precision, which
knows no threshold. The headlines of one day of the French press, which a portal had put into
clusters: how far ours are those, and how long it takes, all new at once, and 20 new ones beside the
others. FOLDER holds the shared data's `clustering`.
"""

import csv
import math
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from trafilatura.deduplication import Simhash

from bench.parts.heldout import held_out, intervals, threshold, witnesses
from bench.parts.pairs import Measured, Pair, average_precision, judged, measured
from mailer.stories.alike import AUTOMATIC, OFFERED, likeness, vectors
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
    pairs = judged(folder)
    _quality(pairs)
    _unseen(pairs)
    _headlines(folder)


def _quality(found: Mapping[str, list[Pair]]) -> None:
    bands = f"grouped (from {AUTOMATIC:.2f})    offered too (from {OFFERED:.2f})"
    print(f"pairs judged by people        {bands}")
    print("                    pairs same   precision recall    precision recall")
    for language, pairs in sorted(found.items()):
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


def _unseen(found: Mapping[str, list[Pair]]) -> None:
    """On folds that the threshold was not chosen on, then at the one in use, with intervals."""
    known = witnesses(found)
    print(f"\nwhole texts; the rule's threshold on all pairs {threshold(known):.3f}")
    print("        held out                 at the threshold in use, 95 of 100 draws")
    print("     precision recall              precision      recall")
    within = intervals(known, AUTOMATIC)
    for name, share in held_out(known).items():
        precision, recall = (f"{one.low:.3f} – {one.high:.3f}" for one in within[name])
        print(f"{name:<5}{share.precision:9.3f} {share.recall:6.3f}     {precision}  {recall}")


def _ours(pairs: list[Pair], language: str) -> Score:
    texts = list({text for pair in pairs for text in (pair.one, pair.other)})
    found = dict(zip(texts, vectors([read(*text, language) for text in texts]), strict=True))
    return lambda pair: likeness(found[pair.one], found[pair.other])


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


def _headlines(folder: Path) -> None:
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = [(row[0], row[2]) for row in csv.reader(lines)]
        titles = [title for title, _ in rows]
        print(f"\n{path.name}: {len(titles)} headlines, median of {RUNS} runs")
        _timed("all new, read and grouped", lambda: group([_new(title) for title in titles]))  # noqa: B023 - called at once
        known = [Member(read(title, "", "fr"), n, n) for n, title in enumerate(titles[:-20])]
        latest = [_new(title) for title in titles[-20:]]
        _timed("20 new beside the others", lambda: group([*known, *latest]))  # noqa: B023 - called at once
        _clusters([_new(title) for title in titles], [cluster for _, cluster in rows])


def _clusters(members: list[Member], given: list[str]) -> None:
    """Of the pairs in one story, those in one cluster of the portal; and the other way round."""
    ours = [[given[place] for place in story] for story in group(members).stories]
    both = sum(_pairs(count) for story in ours for count in Counter(story).values())
    precision = both / sum(_pairs(len(story)) for story in ours)
    recall = both / sum(map(_pairs, Counter(given).values()))
    print(f"  pairs in the portal's clusters: precision {precision:.3f}, recall {recall:.3f}")


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


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
