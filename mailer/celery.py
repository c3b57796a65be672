"""The Celery app: queues, timetable, and the drain at shutdown.

A message is a doorbell: every task takes ids and looks in the database what there is to do, so a
message that is lost, doubled or late costs at most the time until the clock rings again.
"""

import gc
import mmap
import os
import signal
from typing import Any

from celery import Celery, signals
from django.conf import settings

from mailer.embedded.parent import die_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailer.settings")


def broker_url(redis_url: str) -> str:
    """Celery's spelling of a Redis URL: `unix:///path` becomes `redis+socket:///path`."""
    return redis_url.replace("unix://", "redis+socket://", 1)


app = Celery("mailer")
app.conf.update(
    broker_url=broker_url(settings.REDIS_URL),
    broker_connection_retry_on_startup=True,
    # A page or a command that rings the bell never hangs on a Redis that is down.
    broker_transport_options={
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "visibility_timeout": 180,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
    },
    task_publish_retry=False,
    result_backend=None,
    task_ignore_result=True,
    task_store_eager_result=False,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    # Times live in the database; beat only rings, so it keeps no state of its own.
    beat_scheduler="celery.beat:Scheduler",
    timezone="UTC",
    enable_utc=True,
    task_default_queue="clock",
    task_routes={
        "mailer.tasks.send_mailing": {"queue": "mailings"},
        "mailer.tasks.send_letters": {"queue": "letters"},
        "mailer.tasks.take_requests": {"queue": "letters"},
        "mailer.tasks.refresh_due": {"queue": "press"},
        "mailer.tasks.refresh_source": {"queue": "press"},
        "mailer.tasks.look_at_links": {"queue": "press"},
        "mailer.tasks.fetch_pictures": {"queue": "press"},
        "mailer.tasks.sort_stories": {"queue": "press"},
        "mailer.tasks.visit_mailbox": {"queue": "press"},
        "mailer.tasks.print_edition": {"queue": "press"},
    },
    beat_schedule={
        f"{task} every {seconds} s": {
            "task": f"mailer.tasks.{task}",
            "schedule": seconds,
            # What a worker that was down did not hear is not worth hearing twice.
            "options": {"expires": 2 * seconds},
        }
        for task, seconds in {
            "refresh_due": 60,
            "sort_stories": 60,
            "keep_calendar": 30,
            "print_due": 30,
            "kick_mailings": 15,
            "send_letters": 15,
            "take_requests": 15,
            "tend_pending": 900,
            "look_at_links": 120,
            "fetch_pictures": 60,
            "visit_mailbox": 30,
            "tidy_receipts": 3600,
            "tend_imports": 15,
            "count_lists": 300,
            # A day's interval would begin anew with each start of this clock, which keeps no file.
            "fold_old": 3600,
            "count_figures": 600,
        }.items()
    },
)
app.autodiscover_tasks(["mailer"])

# One byte that a worker's children share with it: set when the worker is told to stop, read by a
# sending task between two groups. An anonymous map is inherited over fork and costs no system call.
_drain = mmap.mmap(-1, 1)


def draining() -> bool:
    """Whether this worker was told to stop: finish the group in hand, take no other."""
    return _drain[0] != 0


def _start_draining(**_: Any) -> None:
    _drain[0] = 1


def _forget_draining(**_: Any) -> None:
    _drain[0] = 0


def _die_with_the_worker(**_: Any) -> None:
    """A worker killed by -9 takes its children along: the next one then finds nobody at work."""
    die_with(os.getppid(), signal.SIGKILL)()


def _collect_seldom(**_: Any) -> None:
    """Look for garbage in rings after 100,000 new objects that stayed, and not after each 700.

    A group in hand is thousands of objects that are no garbage, and nearly all of it goes by
    itself: looking for more took a sixth of the CPU of who sends. What was loaded until now is
    never looked at again.
    """
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)


# weak=False: the signal must keep them, for nothing else does.
signals.worker_shutting_down.connect(_start_draining, weak=False)
signals.worker_init.connect(_forget_draining, weak=False)
signals.worker_process_init.connect(_die_with_the_worker, weak=False)
signals.worker_process_init.connect(_collect_seldom, weak=False)
