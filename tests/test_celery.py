"""Celery's own worker at work on a mailing, told to stop."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mailer.embedded.plan import mailings, python
from mailer.mailings import send
from mailer.mailings.models import DeliveryState, Mailing
from tests.fakes.smtp import FakeSmtp
from tests.mailings.story import (
    assert_nobody_lost_nobody_twice,
    child_environment,
    finish,
    started,
    states,
    until,
)
from tests.parts import own_redis

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def celery(mailing: Mailing, senders: int = 1) -> Iterator[subprocess.Popen[bytes]]:
    """The worker of mailings with a Redis of its own, each of its processes asked once."""
    words = python(mailings(senders))
    ask = f"import worker; from mailer.tasks import *; assert ring_senders({mailing.pk})"
    with own_redis() as url:
        environment = child_environment() | {
            "REDIS_URL": url or "",
            "MAILER_SENDERS": str(senders),
        }
        subprocess.run([sys.executable, "-c", ask], cwd=ROOT, env=environment, check=True)
        worker = subprocess.Popen(words, cwd=ROOT, env=environment)
        try:
            yield worker
        finally:
            if worker.poll() is None:
                worker.kill()
            worker.wait()


@pytest.fixture
def server(settings: Any, data: Path) -> Iterator[FakeSmtp]:
    """A relay, the one of the settings."""
    with FakeSmtp() as fake:
        settings.SMTP_URL = fake.url
        yield fake
        send.close()


def stopped(worker: subprocess.Popen[bytes]) -> None:
    """It is told to stop, and does so within the ten seconds that an operator is promised."""
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


@pytest.mark.parametrize("senders", [1, 2])
def test_a_worker_that_is_told_to_stop_leaves_nothing_in_doubt_and_the_rest_to_the_next(
    server: FakeSmtp, senders: int
) -> None:
    server.delay = 0.2
    mailing = started(1000)
    with celery(mailing, senders) as worker:
        until(lambda: len(server.accepted) > 40, 40)
        stopped(worker)
    assert set(states(mailing)) == {"sent", "queued"}
    server.delay = 0
    finish(mailing)
    assert states(mailing) == {"sent": 1000}
    assert_nobody_lost_nobody_twice(mailing, server)


def test_only_what_a_server_withholds_its_reply_to_is_in_doubt_after_a_stop(
    server: FakeSmtp,
) -> None:
    server.delay = 0.05
    server.at("DOT", stall=True, accept=True, match="reader41@")
    server.at("DOT", stall=True, match="reader57@")
    mailing = started(2000)
    with celery(mailing) as worker:
        until(lambda: "reader41@example.org" in server.recipients(), 40)
        until(lambda: len(server.accepted) > 150, 40)
        stopped(worker)
    told = states(mailing)
    assert set(told) == {"sent", "queued", "uncertain"}
    doubtful = mailing.deliveries.filter(state=DeliveryState.UNCERTAIN)
    assert set(doubtful.values_list("subscriber__email", flat=True)) == {
        "reader41@example.org",
        "reader57@example.org",
    }
    assert_nobody_lost_nobody_twice(mailing, server)
