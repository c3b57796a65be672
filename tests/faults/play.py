"""One case from beginning to end.

a fresh database → a mailing to twelve → the first worker, to its crash point
  → the other fault, while it stands still → it is killed, or goes on → the fault is over
  → the clock heals, and may be killed itself → the clock heals → the verdict
"""

import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from mailer.mailings import fanout
from mailer.mailings.limiting import set_limit
from mailer.mailings.models import Delivery, LimitScope, MailingState
from mailer.subscribers.models import Subscription
from tests.fakes.smtp import Acceptance
from tests.faults.cases import Case
from tests.faults.points import HEALERS
from tests.faults.scenes import CONNECTIONS, SCENES
from tests.faults.servers import Relays
from tests.faults.stage import Stage
from tests.faults.troubles import Trouble
from tests.faults.verdict import Verdict, at_any_instant, observe, two_minutes
from tests.faults.zygote import Child, StuckError

#: Of what the processes of a case said, so much is told when something went wrong.
_LOG = 6000


class Play:
    """A case on its stage; `troubles.py` says what else happens."""

    def __init__(self, stage: Stage, case: Case, trouble: Trouble) -> None:
        self.stage, self.case, self.trouble = stage, case, trouble
        self.scene = SCENES[case.scene]
        self.wrong: list[str] = []
        self.failures: list[str] = []
        self.waiting: list[Child] = []
        self.company: list[Child] = []
        self.doubt = 0
        self.marks_survive = True
        self.end: str = MailingState.DONE
        self.worker: Child
        self._plan = {"sabotage": case.sabotage, "impatient": trouble.impatient}

    def run(self) -> Verdict:
        """Play it; nothing of it goes on afterwards."""
        began, verdict = time.monotonic(), Verdict(self.case)
        self.stage.set_up()
        try:
            clock = self.stage.clock.monotonic
            with Relays(self.scene.relays, clock=clock, **self.scene.relay) as self.server:
                self._play(verdict)
        except StuckError as error:
            self.wrong.append(f"stuck: {error}")
            for child in self.stage.children:
                child.tell_where()
        finally:
            verdict.wrong[:0] = self.wrong
            verdict.log = self.log()[-_LOG:] if verdict.wrong else ""
            for child in self.stage.children:
                child.kill()
            self.trouble.leave()
            self.stage.tear_down()
        verdict.seconds = time.monotonic() - began
        return verdict

    # What troubles use.

    def start(self, role: str, **plan: Any) -> Child:
        """A process of this case."""
        url = self.server.url(CONNECTIONS)
        whole = {"mailing": self.mailing, "smtp_url": url, **self._plan, **plan}
        return self.stage.start(role, **whole)

    def journals(self) -> list[Path]:
        """The journals of final dots that lie there."""
        return sorted(self.stage.here.glob("marks/mailings/*.marks"))

    def log(self) -> str:
        """What the processes of this case have said."""
        log = self.stage.here / "log.txt"
        return log.read_text(errors="replace") if log.exists() else ""

    def taken(self, one: Delivery) -> Iterator[Acceptance]:
        """What the relay took of a reader's mail."""
        address = one.subscriber.email
        return (taken for taken in self.server.accepted if taken.recipient == address)

    # The acts.

    def _play(self, verdict: Verdict) -> None:
        self.scene.faults(self.server)
        self._limit()
        self._invite()
        self.mailing = fanout.start(self.stage.cast.issue, None, self.stage.clock.now()).pk
        self.trouble.arrange(self)
        self._acts(verdict)
        self.trouble.last(self)
        self.server.quiet(5.0)
        observe(self, verdict)

    def _invite(self) -> None:
        """The first so many readers; the others have left before."""
        self.readers = set(self.stage.cast.readers[: self.scene.readers])
        Subscription.objects.exclude(subscriber__in=self.readers).update(state="unsubscribed")

    def _limit(self) -> None:
        if limit := self.scene.limits:
            for server in self.server.all:
                name = f"127.0.0.1:{server.port}"
                set_limit(LimitScope.RELAY, name, Decimal(limit), self.stage.clock.now())

    def _acts(self, verdict: Verdict) -> None:
        self._first_worker(verdict)
        self.trouble.mend(self)
        self.trouble.heal(self)
        if self.case.healer:
            verdict.hit = self._heal_and_die() and verdict.hit
        self.heal(verdict)
        if self.worker.status is None:
            self._dismiss()
        self._hear(self.worker)
        verdict.counts = self.worker.told.get("counts", {})

    def _first_worker(self, verdict: Verdict) -> None:
        """Up to its crash point, and beyond where it lives."""
        how = "die" if self._dies_at_once else "stand_still"
        plan = {**self.scene.plan, **self.scene.first, "stays": self.lives}
        self.worker = self.start("worker", point=self.case.point, n=self.case.n, how=how, **plan)
        verdict.hit = self.worker.until("at", "idle") == "at" or not self.case.point
        if "at" not in self.worker.told:
            return
        if how == "die":
            self.worker.until()
            self._count_dead()
        else:
            self.strike()
            self.worker.until("idle")
        self.trouble.released(self)
        for child in self.waiting:
            child.until("done", seconds=40)

    def strike(self) -> None:
        self.worker.stands_still()
        self.trouble.strike(self)
        if self.lives:
            self.worker.go()
        else:
            self.worker.kill()
            self._count_dead()

    @property
    def _dies_at_once(self) -> bool:
        return bool(self.case.healer) or (type(self.trouble) is Trouble and not self.case.lives)

    @property
    def lives(self) -> bool:
        """Whether the worker goes on; of a case with a healer's crash point it tells the healer."""
        return self.case.lives and not self.case.healer

    def _count_dead(self) -> None:
        """A killed process may leave one in doubt on each of its open lines."""
        if not self.worker.killed:
            self.wrong.append(f"the worker was not killed: {self.worker.status}")
        if not self.company:
            self.wrong += at_any_instant(self)
        self.doubt += min(CONNECTIONS, self.server.connections)

    def _dismiss(self) -> None:
        """The worker, which stayed until now, leaves in order, and its journal is looked at."""
        self.worker.say(leave=True)
        self.worker.until()
        self.start("beat_once").until()

    def _hear(self, child: Child) -> None:
        self.failures += child.told.get("failures", [])
        if "done" not in child.told and not child.killed:
            self.wrong.append(f"the {child.role} ended by itself: {child.status}")

    def _heal_and_die(self) -> bool:
        """A healer up to its crash point."""
        second = self.case.trouble != ""
        how = "stand_still" if second else "die"
        healer = self.start(
            "healer", point=self.case.healer, n=self.case.healer_n, how=how, **self.scene.plan
        )
        if healer.until("at", "two_minutes", "done") != "at":
            healer.kill()
            return False
        if second:
            healer.stands_still()
            self.trouble.strike(self)
            healer.go() if self.case.lives else healer.kill()
        healer.until("two_minutes")
        for child in self.waiting:
            child.until("done", seconds=40)
        healer.kill()
        if self.case.healer not in HEALERS:
            self.doubt += CONNECTIONS  # it was sending
        return True

    def heal(self, verdict: Verdict) -> None:
        """As the clock would, until nothing is due."""
        healer = self.start("healer", **self.scene.plan)
        if healer.until("two_minutes") == "two_minutes":
            self.wrong += two_minutes(self)
            self.trouble.at_two_minutes(self)
            healer.say(**{"leave" if self.end == MailingState.PAUSED else "go": True})
            healer.until()
        self._hear(healer)
        verdict.healer_counts = healer.told.get("counts", {})
