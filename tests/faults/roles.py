"""The parts that processes play in a case: each runs the product's own doors, in a fresh fork."""

import faulthandler
import logging
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.db import close_old_connections, connection, connections
from django.test import Client
from django.utils import timezone

from mailer import tasks
from mailer.celery import app
from mailer.mailings import control, send
from mailer.mailings.models import Mailing, MailingState, Span
from tests.faults import points
from tests.faults.clock import TICK, TWO_MINUTES, Clock
from tests.faults.hits import Watch, die, stand_still
from tests.faults.zygote import Channel, Plan

#: Room in a journal: 64 kB of them.
_MARKS = 4096
#: What Celery loads when a worker or a beat begins: once here, and not in each of them.
_LATE = (
    *("celery.bin.celery", "celery.bin.worker", "celery.apps.worker", "celery.apps.beat"),
    *("celery.concurrency.solo", "celery.worker.consumer", "celery.worker.autoscale"),
    *("kombu.transport.redis", "billiard.pool", "celery.fixups.django"),
)


class Player:
    """What the zygote's children are: `play` is the whole life of one, by its plan."""

    plan: Plan
    channel: Channel

    def __init__(self, clock: Clock) -> None:
        self.clock, self.watch = clock, Watch()
        self.failures: list[str] = []

    def prepare(self) -> None:
        """Load what is loaded late, wrap the product, and live by the clock of the case."""
        faulthandler.register(signal.SIGUSR1)
        app.finalize()
        for name in _LATE:
            import_module(name)
        run_checks()  # as Celery does, which loads the templates' engines
        assert Client(SERVER_NAME="127.0.0.1").get("/healthz").status_code == 200
        points.small_journals(_MARKS)
        self.watch.install(points.WRAPS)
        self.clock.install()

    def play(self, plan: Plan, channel: Channel) -> None:
        """Take the case's place, play the role, tell what was passed."""
        self.plan, self.channel = plan, channel
        _log_to(Path(plan["folder"]) / "log.txt", plan["role"])
        _settle_in(plan)
        self.watch.aim(plan.get("point", ""), plan.get("n", 0), self._act)
        self._adjust()
        _ROLES[plan["role"]](self)
        channel.say(done=True, counts=self.watch.counts, failures=self.failures)

    def _act(self, point: str, n: int) -> None:
        self.channel.say(at=point, n=n)
        if self.plan["how"] == "die":
            die()
        self.watch.wait_for_others()
        stand_still()

    def _adjust(self) -> None:
        if self.plan.get("two_writes"):
            points.two_writes()
        if seconds := self.plan.get("impatient"):
            points.impatient(seconds)
        if limit := self.plan.get("largest_file"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        points.database_patience(0.05, self.plan.get("database_patience", 20.0))
        if after := self.plan.get("stop_after"):
            points.told_to_stop(lambda: self.watch.counts.get("after_250", 0) >= after)
        if sabotage := self.plan.get("sabotage"):
            points.SABOTAGES[sabotage]()

    # What Celery does between two tasks.

    def attend(self, *asked: tuple[Any, tuple[int, ...]]) -> None:
        """Do these tasks, and those they ask for, one after the other."""
        bells = list(asked)
        tasks.ring = lambda task, *ids: bool(bells.append((task, ids))) or True
        while bells and not tasks.draining():
            task, ids = bells.pop(0)
            close_old_connections()
            try:
                task.run(*ids)
            except Exception as error:
                logging.getLogger(__name__).exception("a task failed")
                self.failures.append(f"{type(error).__name__}: {error}")
            close_old_connections()


def worker(player: Player) -> None:
    """A worker of mailings: does what it is asked, stays if it should, and leaves in order."""
    player.attend((tasks.send_mailing, (player.plan["mailing"],)))
    if player.plan.get("stays"):
        player.channel.say(idle=True)
        player.channel.hear(None)
    send.close()


def healer(player: Player) -> None:
    """The clock and its workers: tick by tick, until nothing is due any more.

    Tells `two_minutes` when they have passed, and waits for a word.
    """
    mailing, ticks, asked = player.plan["mailing"], 0, False
    while True:
        player.attend((tasks.kick_mailings, ()))
        send.close()
        if _is_over(mailing) or ticks >= player.plan.get("ticks", 80):
            break
        ticks += 1
        player.clock.let_pass(TICK if ticks * TICK <= TWO_MINUTES else _until_due(mailing))
        if ticks * TICK >= TWO_MINUTES and not asked:
            asked = True
            player.channel.say(two_minutes=True, failures=player.failures)
            heard = player.channel.hear(None)
            if not heard or "leave" in heard:
                break
    # To heal once more changes nothing.
    tasks.kick_mailings.run()
    player.channel.say(ticks=ticks)


def _is_over(mailing: int) -> bool:
    return not control.has_work(mailing) and control.find(mailing).state != MailingState.RUNNING


def _until_due(mailing: int) -> float:
    """How long nothing happens."""
    now = timezone.now()
    waiting = Span.objects.filter(mailing=mailing, lease=None)
    times = [*waiting.values_list("due_at", flat=True)]
    times += Mailing.objects.filter(pk=mailing, relay_due_at__isnull=False).values_list(
        "relay_due_at", flat=True
    )
    return max(TICK, min(((at - now).total_seconds() for at in times), default=TICK))


def beat_once(player: Player) -> None:
    """One look of the clock: what is stuck is healed, and nobody is asked to send."""
    tasks.ring = lambda task, *ids: True
    tasks.kick_mailings.run()


def web(player: Player) -> None:
    """A web process: says `ready`, is told requests, and tells each answer's status and time."""
    browser = Client(SERVER_NAME="127.0.0.1")
    if player.plan.get("staff"):
        browser.force_login(User.objects.get(username=player.plan["staff"]))
    tasks.ring = lambda task, *ids: True
    player.channel.say(ready=True)
    heard, answers = player.channel.hear(None) or {}, []
    for method, path, form in heard.get("requests", []):
        answer = getattr(browser, method)(path, form)
        answers.append([method, path, answer.status_code, player.clock.monotonic()])
    player.channel.say(answers=answers)


def celery(player: Player) -> None:
    """Celery's own worker, of mailings and of the clock, asked through Redis."""
    words = ("--pool=solo", "-Q", "mailings,clock", "-n", f"w{os.getpid()}@%h")
    still = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    app.worker_main(["--quiet", "worker", *words, *still])


def beat(player: Player) -> None:
    """Celery's own beat, with a clock that goes faster."""
    bell = {"task": "mailer.tasks.kick_mailings", "schedule": 0.15}
    app.conf.beat_schedule = {"kick_mailings": bell}
    app.conf.beat_max_loop_interval = 0.05
    app.Beat(quiet=True, schedule=str(Path(player.plan["folder"]) / f"beat{os.getpid()}")).run()


_ROLES: dict[str, Callable[[Player], None]] = {
    "worker": worker,
    "healer": healer,
    "beat_once": beat_once,
    "web": web,
    "celery": celery,
    "beat": beat,
}


def _settle_in(plan: Plan) -> None:
    settings.MAILER_DATA = Path(plan["folder"])
    settings.SMTP_URL = plan["smtp_url"]
    assert connection.connection is None, "a fork begins without a connection"
    connections["default"].settings_dict["NAME"] = plan["database"]


def _log_to(log: Path, role: str) -> None:
    """What it says goes into the case's log."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.close(out)
    logging.getLogger().setLevel(logging.INFO)
    print(f"--- {role} {os.getpid()}", file=sys.stderr, flush=True)
    sys.excepthook = lambda *what: traceback.print_exception(*what)
