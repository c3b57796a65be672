"""Sending from the command line, with no service running."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from mailer.catcher.box import list_mails
from mailer.cli import run
from mailer.mailings.models import Mailing
from tests.mailings.story import approved_issue, readers

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

Say = pytest.CaptureFixture[str]


@pytest.fixture
def alone(settings: Any, data: Path) -> Path:
    """No relay is set, and no worker is there to take anything up."""
    settings.SMTP_URL = ""
    return data


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    # The doorbell of this machine's Redis may have somebody else behind it.
    for name in ("send", "resume", "retry"):
        monkeypatch.setattr(f"mailer.cli.{name}.ring_senders", lambda *_: False)


def test_send_and_wait_does_it_all_by_itself(alone: Path, capsys: Say) -> None:
    issue = approved_issue()
    readers(20)
    assert run(["send", str(issue.pk), "--wait", "--json"]) == 0
    sums = json.loads(capsys.readouterr().out)
    assert (sums["recipients"], sums["sent"]) == (20, 20)
    assert sums["recipients"] == sum(
        count for name, count in sums.items() if name not in {"mailing", "recipients"}
    )
    assert len(list_mails(alone / "catcher")) == 20


def test_a_second_send_is_refused_and_names_the_first(alone: Path, capsys: Say) -> None:
    issue = approved_issue()
    readers(1)
    assert run(["send", str(issue.pk)]) == 0
    told = capsys.readouterr()
    assert "recorded" in told.err
    first = Mailing.objects.get().pk
    assert run(["send", str(issue.pk)]) == 1
    assert f"mailing {first}" in capsys.readouterr().err


def test_a_mailing_is_paused_resumed_and_cancelled_by_its_number(alone: Path, capsys: Say) -> None:
    issue = approved_issue()
    readers(3)
    run(["send", str(issue.pk)])
    number = str(Mailing.objects.get().pk)
    assert run(["pause", number]) == 0
    assert run(["pause", number]) == 1
    assert "paused already" in capsys.readouterr().err
    assert run(["resume", number]) == 0
    capsys.readouterr()
    assert run(["cancel", number, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cancelled"] == 3


def test_the_ledger_has_a_row_per_recipient_in_each_format(alone: Path, capsys: Say) -> None:
    issue = approved_issue()
    readers(2)
    run(["send", str(issue.pk), "--wait"])
    capsys.readouterr()
    run(["ledger", str(issue.pk), "--format", "json"])
    rows = json.loads(capsys.readouterr().out)
    assert [row["address"] for row in rows] == ["reader0@example.org", "reader1@example.org"]
    assert [row["language"] for row in rows] == ["fr", "ar"]
    assert {row["state"] for row in rows} == {"sent"}
    run(["ledger", str(issue.pk), "--format", "csv"])
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["message_id"] for row in table] == [row["message_id"] for row in rows]
    run(["ledger", str(issue.pk)])
    assert "reader1@example.org" in capsys.readouterr().out


def test_the_ledger_of_an_issue_that_was_not_mailed_is_empty(alone: Path, capsys: Say) -> None:
    issue = approved_issue()
    run(["ledger", str(issue.pk), "--format", "json"])
    assert json.loads(capsys.readouterr().out) == []
    assert run(["ledger", "99", "--format", "json"]) == 1
