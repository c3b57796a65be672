"""Sending from the command line, with no service running."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from mailer.catcher.box import list_mails
from mailer.cli import run
from mailer.cli.verdict import verdict_in_words
from mailer.mailings.models import Mailing
from tests.mailings.story import approved_issue, readers
from tests.people import reader

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


def test_a_dry_run_says_who_would_get_it_and_who_not_and_sends_nothing(
    alone: Path, capsys: Say
) -> None:
    issue = approved_issue()
    readers(3)
    for name in ("amina", "youssef"):
        reader(f"{name}@example.org", state="pending")
    reader("left@example.org", state="unsubscribed")
    assert run(["send", str(issue.pk), "--dry-run"]) == 0
    told = "would send 3; left out 3: 2 unconfirmed, 1 unsubscribed"
    assert capsys.readouterr().out == f"Issue {issue.pk}: {told}\n"
    assert run(["send", str(issue.pk), "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "issue": issue.pk,
        "would_send": 3,
        "left_out": {"unconfirmed": 2, "unsubscribed": 1},
        "by_language": {"fr": 2, "ar": 1},
    }
    assert not Mailing.objects.exists()
    assert run(["send", str(issue.pk)]) == 0
    assert "Left out 3: 2 unconfirmed, 1 unsubscribed" in capsys.readouterr().out


def test_a_verdict_in_words_tells_the_reasons_in_the_same_order() -> None:
    left_out = {"unsubscribed": 10, "unconfirmed": 12, "suppressed": 9}
    told = verdict_in_words(4812, left_out)
    assert told == "would send 4,812; left out 31: 12 unconfirmed, 9 suppressed, 10 unsubscribed"
    assert verdict_in_words(1, {}) == "would send 1"
