"""The same with Celery's own worker and beat, asked through Redis.

a message → a worker, to its crash point → the other fault → the fault is over
  → the clock's bell, a fresh worker → the mailing comes to its end by itself
"""

import time

from mailer import tasks
from mailer.celery import app
from mailer.mailings.models import Mailing, MailingState
from tests.faults.play import Play
from tests.faults.verdict import Verdict

#: What a worker is given to start and to come to its crash point, in seconds.
_TO_BEGIN = 15.0
#: What the mailing is given to come to its end with a clock that rings every 0.15 s.
_TO_END = 20.0
#: A worker that lives goes on for so long before the fault is over.
_MEANWHILE = 0.3


class ThroughRedis(Play):
    """A case whose parts are Celery's own; `bells` messages ask for the mailing."""

    bells = 1

    def bring(self, role: str) -> None:
        """Another worker, or a beat, that goes on until the end."""
        self.company.append(self.start(role, **self.scene.plan))

    def until_over(self, seconds: float) -> bool:
        """Wait for the mailing's end; whether it came in time."""
        end = time.monotonic() + seconds
        while Mailing.objects.get(pk=self.mailing).state == MailingState.RUNNING:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def _acts(self, verdict: Verdict) -> None:
        aim = {"point": self.case.point, "n": self.case.n, "how": "stand_still"}
        self.worker = self.start("celery", **aim, **self.scene.plan)
        self._ring()
        verdict.hit = self.worker.within(_TO_BEGIN, "at") and "at" in self.worker.told
        if verdict.hit:
            self.strike()
            self.trouble.released(self)
        if self.lives:
            self.until_over(_MEANWHILE)
        self.trouble.mend(self)
        self._come_to_an_end()
        self.heal(verdict)

    def _come_to_an_end(self) -> None:
        if not self.lives:
            self.bring("celery")
        self.bring("beat")
        if not self.until_over(_TO_END):
            self.wrong.append("I6: the clock's bell did not bring the mailing to its end")
        for child in (*self.company, self.worker):
            child.kill()

    def _ring(self) -> None:
        # Over a line of its own: the last case may have ended with its Redis.
        with app.connection_for_write() as line:
            for _ in range(self.bells):
                tasks.send_mailing.apply_async(args=(self.mailing,), connection=line)
