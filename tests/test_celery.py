"""Celery's own worker at work on a mailing, told to stop."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mailer.embedded.plan import python
from mailer.mailings.models import Mailing
from tests.fakes.smtp import FakeSmtp
from tests.mailings.story import (
    assert_nobody_lost_nobody_twice,
    child_environment,
    started,
    states,
    until,
)
from tests.parts import own_redis

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def celery(mailing: Mailing, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The worker of mailings with a Redis of its own, asked for this mailing once."""
    words = python(("celery", "-q", "-A", "worker", "worker", "-Q", "mailings", "-c", "1", *more))
    ask = f"import worker; from mailer.tasks import *; assert ring(send_mailing, {mailing.pk})"
    with own_redis() as url:
        environment = child_environment() | {"REDIS_URL": url or ""}
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


def test_a_worker_that_is_told_to_stop_leaves_nothing_in_doubt(server: FakeSmtp) -> None:
    server.delay = 0.2
    mailing = started(2000)
    with celery(mailing) as worker:
        until(lambda: len(server.accepted) > 40, 40)
        worker.send_signal(signal.SIGTERM)
        worker.wait(10)
    assert set(states(mailing)) == {"sent", "queued"}
    assert_nobody_lost_nobody_twice(mailing, server)
