"""What machines ask."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from mailer.mailings import control, fanout
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
    told = _told(client)
    assert f'mailer_deliveries{{mailing="{mailing.pk}",state="queued"}} 1' in told
    assert "mailer_mailings_open 1" in told
    assert "mailer_sources 2" in told


def test_a_mailing_that_is_over_is_counted_as_such_and_its_deliveries_no_more(
    client: Client,
) -> None:
    reader("youssef@example.org")
    mailing = fanout.start(approved().pk, None, WEDNESDAY)
    assert 'mailer_mailings{state="running"} 1' in _told(client)
    control.cancel(mailing.pk, None, WEDNESDAY)
    told = _told(client)
    assert 'mailer_mailings{state="cancelled"} 1' in told
    assert 'mailer_mailings{state="running"} 0' in told
    assert not [line for line in told if line.startswith("mailer_deliveries")]


def _told(client: Client) -> list[str]:
    return client.get("/metrics").content.decode().splitlines()
