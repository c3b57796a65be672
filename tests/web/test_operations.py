"""What machines ask."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from mailer.mailings import fanout
from tests.people import WEDNESDAY, reader
from tests.web.staff import approved, visitor

pytestmark = pytest.mark.django_db


def test_the_process_says_that_it_lives(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_it_is_not_ready_while_redis_does_not_answer(settings: Any, tmp_path: Path) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    answer = visitor().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "redis": "no answer"}


def test_the_figures_are_those_of_the_ledger(client: Client) -> None:
    reader("youssef@example.org")
    mailing = fanout.start(approved().pk, None, WEDNESDAY)
    told = client.get("/metrics").content.decode().splitlines()
    assert f'mailer_deliveries{{mailing="{mailing.pk}",state="queued"}} 1' in told
    assert "mailer_mailings_open 1" in told
    assert "mailer_sources 2" in told
