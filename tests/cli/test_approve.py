"""Signing from the command line, alone and as the second."""

import json
from typing import Any

import pytest
from django.utils import timezone

from mailer.cli import run
from mailer.curation import signoff
from mailer.editions.freeze import issue_checksum
from mailer.web.roles import EDITOR, PUBLISHER
from tests.mailings.story import approved_issue, readers
from tests.web.staff import member

pytestmark = pytest.mark.django_db

Say = pytest.CaptureFixture[str]


def unsigned() -> int:
    """An issue that is compiled, and that two people would get; its id."""
    issue = approved_issue()
    readers(2)
    signoff.void(issue.pk, timezone.now())
    return issue.pk


def approve(issue: int, by: str, *more: str) -> int:
    return run(["approve", str(issue), "--by", by, *more])


def test_a_publisher_signs_and_the_checksum_is_printed(capsys: Say) -> None:
    member("karim", PUBLISHER)
    issue = unsigned()
    assert approve(issue, "karim", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["checksum"] == issue_checksum(issue)
    assert (told["signed_by"], told["needs_second"]) == (["karim"], False)
    assert approve(issue, "karim") == 1
    assert "approved already" in capsys.readouterr().err


def test_an_editor_does_not_sign(capsys: Say) -> None:
    member("salma", EDITOR)
    assert approve(unsigned(), "salma") == 1
    assert "salma may not approve" in capsys.readouterr().err


def test_the_second_publisher_countersigns_and_then_it_may_leave(
    capsys: Say, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailer.cli.send.ring_senders", lambda *_: False)
    settings.MAILER_SECOND_PUBLISHER = 1
    member("karim", PUBLISHER)
    member("nadia", PUBLISHER)
    issue = unsigned()
    assert approve(issue, "karim") == 0
    assert "more than 1 people, and only karim" in capsys.readouterr().out
    assert run(["send", str(issue)]) == 1
    assert "only karim has signed it" in capsys.readouterr().err
    assert approve(issue, "karim") == 1
    assert "a second signature is another publisher's" in capsys.readouterr().err
    assert approve(issue, "nadia", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["signed_by"], told["needs_second"]) == (["karim", "nadia"], False)
    assert run(["send", str(issue)]) == 0
