"""A case and its name, which says all that is needed to play it again.

Examples of names, and what they tell:

    plain/after_dot.3                                    killed behind the third dot
    plain/after_dot.3/with-database-restart/lives        … or only the database is
    plain/settle_before_commit.1/healer-forget_marks.1   and its healer is killed too
    plain/after_dot.4/sabotaged-no-dots                  what the suite must notice
"""

from dataclasses import dataclass, replace
from typing import Self

from tests.faults.points import ELSEWHERE, HEALERS, SABOTAGES, WORKERS
from tests.faults.repertoire import trouble
from tests.faults.scenes import SCENES


@dataclass(frozen=True)
class Case:
    """A scene, the point at which a process ends or stands still, and what else goes wrong.

    Without a point the first worker runs to its end. `lives` lets it go on after the trouble.
    """

    scene: str = "plain"
    point: str = ""
    n: int = 1
    trouble: str = ""
    lives: bool = False
    healer: str = ""
    healer_n: int = 1
    sabotage: str = ""

    @property
    def name(self) -> str:
        """As it is printed, and read by `parse`."""
        parts = [self.scene]
        parts += [f"{self.point}.{self.n}"] if self.point else []
        parts += [f"with-{self.trouble}"] if self.trouble else []
        parts += ["lives"] if self.lives else []
        parts += [f"healer-{self.healer}.{self.healer_n}"] if self.healer else []
        parts += [f"sabotaged-{self.sabotage}"] if self.sabotage else []
        return "/".join(parts)

    @property
    def first_time(self) -> bool:
        """Whether its last crash point is asked for the first time: then it must be passed."""
        return (self.healer_n if self.healer else self.n) == 1

    @classmethod
    def parse(cls, name: str) -> Self:
        """The case of a name. Raises ValueError, naming what is unknown."""
        scene, *parts = name.split("/")
        if scene not in SCENES:
            raise ValueError(f"there is no scene {scene!r}: {', '.join(SCENES)}")
        case = cls(scene)
        for part in parts:
            case = _with(case, part)
        return case


def _with(case: Case, part: str) -> Case:
    if part == "lives":
        return replace(case, lives=True)
    if part.startswith("with-"):
        name = part.removeprefix("with-")
        trouble(name)
        return replace(case, trouble=name)
    if part.startswith("sabotaged-") and part.removeprefix("sabotaged-") in SABOTAGES:
        return replace(case, sabotage=part.removeprefix("sabotaged-"))
    point, _, n = part.removeprefix("healer-").partition(".")
    if point not in (*WORKERS, *HEALERS, *ELSEWHERE):
        raise ValueError(f"there is no crash point {point!r}")
    if part.startswith("healer-"):
        return replace(case, healer=point, healer_n=int(n or 1))
    return replace(case, point=point, n=int(n or 1))
