"""Playing the groups on one stage, one case after the other, and what there is to tell of each."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from tests.faults.cases import Case
from tests.faults.play import Play
from tests.faults.points import ELSEWHERE, HEALERS, WORKERS
from tests.faults.repertoire import trouble
from tests.faults.series import Series, groups, short
from tests.faults.stage import Stage
from tests.faults.through_redis import ThroughRedis
from tests.faults.verdict import Verdict

#: The web passes these, and every case that crosses with them proves it.
_OF_READERS = {"unsubscribe_before_commit", "unsubscribe_after_commit"}

#: Two threads race: what a worker passed in one run it may, rarely, not pass in the next.
_TRIES = 3

Told = dict[str, Any]


class Programme:
    """What is played on a stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._passed: set[str] = set()

    def play(self, only: list[str], *, short_form: bool) -> Iterator[Told]:
        """The named cases; or the short form; or everything."""
        if only:
            for title, series in _asked_for(only).items():
                yield from self._group(title, series())
        elif short_form:
            yield from self._group("the short form", short())
        else:
            for title, series in groups().items():
                yield from self._group(title, series())
            yield from self._never_passed()

    def _group(self, title: str, series: Series) -> Iterator[Told]:
        yield {"group": title}
        try:
            case = next(series)
            while True:
                verdict, why_not = self._case(case)
                yield _told(verdict, why_not)
                case = series.send(verdict)
        except StopIteration:
            return

    def _case(self, case: Case) -> tuple[Verdict, str]:
        kind = trouble(case.trouble)
        if why_not := kind.left_out(self._stage, case):
            return Verdict(case), why_not
        for _ in range(_TRIES):
            play = ThroughRedis if kind.celery else Play
            verdict = play(self._stage, case, kind).run()
            self._passed |= verdict.counts.keys() | verdict.healer_counts.keys()
            if verdict.hit or verdict.wrong or not case.first_time:
                return verdict, ""
            kind = trouble(case.trouble)
        verdict.wrong.append("its crash point was not passed")
        return verdict, ""

    def _never_passed(self) -> Iterator[Told]:
        if missing := sorted({*WORKERS, *HEALERS, *ELSEWHERE} - self._passed - _OF_READERS):
            case = Case(trouble="")
            told = _told(Verdict(case, wrong=[f"never passed: {', '.join(missing)}"]), "")
            yield {"group": "crash points that nothing passes"}
            yield told


def _asked_for(names: list[str]) -> dict[str, Callable[[], Series]]:
    """The groups of these titles, and the cases of these names."""
    known = groups()
    chosen = {title: series for title, series in known.items() if title in names}
    cases = [Case.parse(name) for name in names if name not in known]
    return chosen | ({"asked for": lambda: _these(cases)} if cases else {})


def _these(cases: list[Case]) -> Series:
    yield from (case for case in cases)


def _told(verdict: Verdict, why_not: str) -> Told:
    told = asdict(verdict) | {"case": verdict.case.name}
    del told["counts"], told["healer_counts"]
    return {"played": told, "left_out": why_not}
