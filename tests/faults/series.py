"""Which cases are played, in groups: a group asks for its next case when it has heard of the last.

So "the n-th time" goes on, as in SQLite's own tests, until the mailing comes to its end before it.
"""

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from functools import partial
from itertools import cycle

from tests.faults.cases import Case
from tests.faults.points import AT_THE_END, ELSEWHERE, HEALERS, WIRE, WORKERS
from tests.faults.relays import PLACES, WAYS, every_byte
from tests.faults.repertoire import CROSSED, trouble
from tests.faults.verdict import Verdict

Series = Generator[Case, Verdict, None]
#: More often than this no point is passed in a mailing to twelve.
_MOST = 60
#: Killed there, a worker leaves something behind in every state it can be in.
_LEGACIES = (
    Case(point="after_dot", n=5),
    Case(point="before_reply_mark", n=2),
    Case(point="settle_before_commit", n=1),
    Case(point="claim_after_commit", n=2),
)


def groups() -> dict[str, Callable[[], Series]]:
    """Every group by its title, in the order they are played."""
    return {
        "crash points in full": lambda: in_full("plain"),
        "… with bodies larger than a write": lambda: in_full("large", WIRE),
        "… without PIPELINING": lambda: in_full("slow", WIRE),
        "… with two relays": lambda: in_full("fleet", WIRE),
        "… with a relay that refuses": lambda: in_full("refusing"),
        "… with a relay that is away": lambda: in_full("away"),
        "… of a worker that is told to stop": lambda: in_full("stopping"),
        "healers' crash points in full": healers,
        "two healers at once": second_healers,
        **{f"crossed: {name}": _crossed(name) for name in CROSSED},
        "crossed: each verb, each way": relays,
        "each byte of each reply": bytes_,
    }


def in_full(scene: str, among: Iterable[str] = ()) -> Series:
    """Each point that the first worker of a scene passes, each time it passes it."""
    whole = yield Case(scene)
    for point in (point for point in _known(whole.counts) if not among or point in among):
        yield from _each_time(partial(Case, scene, point))


def healers() -> Series:
    """Each point that a healer passes, each time, behind each kind of death."""
    for legacy in (*_LEGACIES, Case("away")):
        whole = yield legacy
        for point in _healers_of(whole.healer_counts):
            yield from _each_time(partial(_healed, legacy, point))


def second_healers() -> Series:
    """While one healer stands still, another one heals; then the first dies, or goes on."""
    for legacy in _LEGACIES[:3]:
        whole = yield legacy
        for point in _healers_of(whole.healer_counts):
            for lives in (False, True):
                yield replace(_healed(legacy, point, 1), trouble="second-healer", lives=lives)


def relays() -> Series:
    """Each pair of crash point, verb and way, with the other two by turns."""
    kinds = [f"relay-{place}-{way}" for place in PLACES for way in WAYS]
    wheel = cycle(kinds)
    for point in _points(AT_THE_END):
        for _ in range(len(PLACES)):
            yield Case(point=point, trouble=next(wheel))
    yield from (Case(trouble=kind) for kind in kinds)


def bytes_() -> Series:
    """The line cut behind each byte of each reply, and the worker killed at a point by turns."""
    wheel = cycle(_points(AT_THE_END))
    for place, upto in every_byte():
        yield Case(trouble=f"cut-{place}-{upto}")
        if upto % 4 == 1:
            yield Case(point=next(wheel), trouble=f"cut-{place}-{upto}")


def _crossed(name: str) -> Callable[[], Series]:
    def play() -> Series:
        kind = trouble(name)
        for place, point in enumerate(_points()):
            ways = (kind.lives[place % 2],) if kind.alternates else kind.lives
            for lives in ways:
                # Who lives, and Celery's own worker, keeps its lines from one task to the next.
                if point not in AT_THE_END or not (lives or kind.celery):
                    yield Case(kind.scene, point, trouble=name, lives=lives)

    return play


def _each_time(case: Callable[[int], Case]) -> Series:
    missed = 0
    for n in range(1, _MOST):
        verdict = yield case(n)
        # Twice, for two threads race: what was missed by chance does not end the series.
        missed = 0 if verdict.hit else missed + 1
        if missed == 2:
            return


def _known(counts: dict[str, int]) -> Iterable[str]:
    known = (*WORKERS, *HEALERS, *ELSEWHERE)
    return [point for point in known if point in counts]


def _healers_of(counts: dict[str, int]) -> Iterable[str]:
    """Besides its own, the points at which the relay is found to be back."""
    return [point for point in _known(counts) if point in HEALERS or point.startswith("relay_up")]


def _healed(legacy: Case, point: str, n: int) -> Case:
    return replace(legacy, healer=point, healer_n=n)


def _points(without: Iterable[str] = ()) -> list[str]:
    return [point for point in WORKERS if point not in without]


def short() -> Series:
    """Each crash point once, and each other fault once: for every run of the tests."""
    for point in WORKERS:
        yield Case(point=point)
    whole = yield _LEGACIES[0]
    for point in _healers_of(whole.healer_counts):
        yield _healed(_LEGACIES[0], point, 1)
    wheel = cycle(_points(AT_THE_END))
    for name in CROSSED:
        kind = trouble(name)
        yield Case(kind.scene, next(wheel), trouble=name, lives=kind.lives[-1])
    for place, way in zip(PLACES, WAYS, strict=False):
        yield Case(point=next(wheel), trouble=f"relay-{place}-{way}")
