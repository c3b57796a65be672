"""Which articles carry one dispatch (pure): half of the shorter text's runs of five words.

Shared runs of one source are its own furniture ("Abonnez-vous à notre lettre"), no dispatch: they
are looked for between sources only.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from mailer.stories.reading import Reading

#: The share of the shorter text's runs from which it is the same dispatch.
CONTAINED = 0.5
#: Runs below which a text is too short to be anybody's copy.
LEAST_RUNS = 12
_TWICE = 2


def dispatches(
    readings: Sequence[Reading], sources: Sequence[int], fresh: Sequence[bool]
) -> Iterator[tuple[int, int]]:
    """The pairs (first, second) that carry one dispatch, of which one at least is fresh."""
    told = Counter(
        run
        for reading, is_fresh in zip(readings, fresh, strict=True)
        if is_fresh
        for run in reading.runs
    )
    furniture = _furniture(readings, sources)
    postings: dict[int, list[int]] = {}
    for second, reading in enumerate(readings):
        runs = [run for run in reading.runs if run in told and run not in furniture]
        shared = Counter(first for run in runs for first in postings.get(run, ()))
        for first, count in shared.items():
            shorter = min(len(readings[first].runs), len(reading.runs))
            if (
                shorter >= LEAST_RUNS
                and count >= CONTAINED * shorter
                and sources[first] != sources[second]
                and (fresh[first] or fresh[second])
            ):
                yield first, second
        for run in runs:
            postings.setdefault(run, []).append(second)


def _furniture(readings: Sequence[Reading], sources: Sequence[int]) -> set[int]:
    """The runs that one source repeats: twice may be a dispatch that it published twice."""
    seen: dict[int, Counter[int]] = {}
    for reading, source in zip(readings, sources, strict=True):
        seen.setdefault(source, Counter()).update(reading.runs)
    return {run for own in seen.values() for run, count in own.items() if count > _TWICE}
