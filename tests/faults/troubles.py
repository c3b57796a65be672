"""The other faults: what each does before, at and after the crash point it is crossed with.

At a crash point the whole worker stands still (SIGSTOP); then `strike` is played, and the worker is
killed, or goes on where the case says that it lives.
"""

import os
from typing import TYPE_CHECKING

from mailer.mailings.models import Delivery, DeliveryState
from tests.faults.disk import Disk

if TYPE_CHECKING:
    from tests.faults.cases import Case
    from tests.faults.play import Play
    from tests.faults.stage import Stage
    from tests.faults.zygote import Child

#: How long something that may wait for a lock of the worker's is waited for, before it is let go.
MOMENT = 0.25
#: Where no disk can be mounted: the largest file that a process may write while it is "full".
_LARGEST = 2**15


class Trouble:
    """No trouble: the base of all.

    `lives` says whether it makes sense for a killed worker, a living one, or both; where it
    `alternates`, each crash point has one of the two, by turns; `scene`, in
    which scene the crash points are crossed with it; `celery` plays it with Celery's own worker and
    beat, through Redis; `raises` lets tasks fail meanwhile.
    """

    lives: tuple[bool, ...] = (False, True)
    alternates = False
    scene = "plain"
    celery = False
    raises = False
    #: Workers are told that each step of the relay's may take so long.
    impatient = 0.0

    def left_out(self, stage: "Stage", case: "Case") -> str:
        """Why it cannot be played there; "" when it can."""
        return ""

    def arrange(self, play: "Play") -> None:
        """Before the first worker begins."""

    def strike(self, play: "Play") -> None:
        """While it stands still at the crash point."""

    def released(self, play: "Play") -> None:
        """It was killed, or goes on."""

    def mend(self, play: "Play") -> None:
        """The fault is over."""

    def heal(self, play: "Play") -> None:
        """Before the clock heals as it always does."""

    def at_two_minutes(self, play: "Play") -> None:
        """The clock has had its two minutes."""

    def last(self, play: "Play") -> None:
        """Nothing is due any more."""

    def doubts(self, play: "Play") -> int:
        """How many deliveries it may leave uncertain besides."""
        return 0

    def check(self, play: "Play") -> list[str]:
        """What else must hold, and does not."""
        return []

    def leave(self) -> None:
        """Nothing of it stays on the machine."""


class DatabaseRestart(Trouble):
    """The database is killed and started again."""

    raises = True

    def left_out(self, stage: "Stage", case: "Case") -> str:
        return "" if stage.database.server else "SQLite has no server that could be killed"

    def strike(self, play: "Play") -> None:
        server = play.stage.database.server
        assert server is not None
        server.kill()
        server.start()
        play.stage.reconnect()


class TwoWorkers(Trouble):
    """Another worker comes to the same mailing, and both go on.

    It comes when the first stands at its point: from the beginning it might have done everything
    before the first came that far.
    """

    def strike(self, play: "Play") -> None:
        play.company.append(play.start("worker", **play.scene.plan))

    def mend(self, play: "Play") -> None:
        for other in play.company:
            other.until()


class TwoBeats(Trouble):
    """Two clocks heal at once, and two workers hear both."""

    def heal(self, play: "Play") -> None:
        healers = [play.start("healer", ticks=0, **play.scene.plan) for _ in range(2)]
        for one in healers:
            one.until()


class SecondHealer(Trouble):
    """While a healer stands still at its crash point another one heals."""

    def strike(self, play: "Play") -> None:
        alongside(play, play.start("beat_once"), "done")


class Frozen(Trouble):
    """The worker is frozen past its lease; all is done without it, and then it wakes up."""

    lives = (True,)

    def arrange(self, play: "Play") -> None:
        # PostgreSQL has ended its transaction meanwhile, which it finds out when it wakes up.
        self.raises = play.case.point.endswith("before_commit")

    def left_out(self, stage: "Stage", case: "Case") -> str:
        held = case.point.endswith("before_commit") and not stage.database.server
        return "who is frozen while it holds SQLite's one lock stops everybody" if held else ""

    def strike(self, play: "Play") -> None:
        self._handed = count(play, DeliveryState.SENDING)
        frozen = play.start("healer", ticks=8, **play.scene.plan)
        frozen.until("two_minutes")
        frozen.say(leave=True)
        frozen.until()

    def doubts(self, play: "Play") -> int:
        # Its journal's replies are believed; what else it was handing over nobody can know.
        return self._handed


class MarksLost(Trouble):
    """The worker dies, and its journal is lost with it, or cut short within its head."""

    lives = (False,)

    def __init__(self, kept: int | None = None) -> None:
        self._kept = kept
        self._handed = 0

    def released(self, play: "Play") -> None:
        play.marks_survive = False
        self._handed = count(play, DeliveryState.SENDING)
        for journal in play.journals():
            journal.unlink() if self._kept is None else os.truncate(journal, self._kept)

    def doubts(self, play: "Play") -> int:
        return self._handed

    def check(self, play: "Play") -> list[str]:
        unsure = Delivery.objects.filter(mailing=play.mailing, state=DeliveryState.UNCERTAIN)
        silent = [one.smtp_text for one in unsure if "fell silent" not in one.smtp_text]
        return [f"the ledger does not say that the marks are lost: {silent}"] if silent else []


class DiskFull(Trouble):
    """The disk of the marks is full: who has a journal goes on, who has none sends nothing."""

    alternates = True

    def __init__(self) -> None:
        self._disk: Disk | None = None
        self._sent = 0

    def arrange(self, play: "Play") -> None:
        if play.stage.tmpfs:
            self._disk = Disk(play.stage.here / "marks")
            self._disk.mount()

    def strike(self, play: "Play") -> None:
        if self._disk:
            self._disk.fill()

    def released(self, play: "Play") -> None:
        if play.lives:
            return
        play.server.quiet(2.0)
        # The dead one's journal is put away, and what that frees is taken again.
        play.start("beat_once").until()
        if self._disk:
            self._disk.fill()
        before = len(play.server.accepted)
        limit = {} if self._disk else {"largest_file": _LARGEST}
        play.start("healer", ticks=2, **limit, **play.scene.plan).until()
        self._sent = len(play.server.accepted) - before

    def mend(self, play: "Play") -> None:
        if self._disk:
            self._disk.free()

    def leave(self) -> None:
        if self._disk:
            self._disk.unmount()

    def check(self, play: "Play") -> list[str]:
        return [f"{self._sent} were sent without a journal"] if self._sent else []


class ClockJump(Trouble):
    """The wall clock of the machine is set by so many seconds."""

    alternates = True

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._handed = 0

    def strike(self, play: "Play") -> None:
        self._handed = count(play, DeliveryState.SENDING)
        play.stage.clock.jump(self._seconds)

    def doubts(self, play: "Play") -> int:
        # Leases lapse at once: a worker that lives is then taken for a frozen one.
        return self._handed if self._seconds > 0 and play.lives else 0


def count(play: "Play", state: DeliveryState) -> int:
    """How many of the mailing are in this state now."""
    return Delivery.objects.filter(mailing=play.mailing, state=state).count()


def alongside(play: "Play", child: "Child", *words: str) -> None:
    """Let it do its work while another stands still; what waits for that one's lock goes on later.

    It is heard to its end when the worker was released. Who still works is only slow, on a machine
    with much to do, and waits for no lock: it is given eight moments.
    """
    for _ in range(8):
        before = child.processor_time()
        if child.within(MOMENT, *words):
            return
        if child.processor_time() == before and not child.runs():
            break
    play.waiting.append(child)
