"""`mailer history` on the terminal."""

import json

import pytest
from django.utils import timezone

from mailer.cli import run
from mailer.mailings import ledger
from mailer.mailings.hands import News
from mailer.mailings.retry import Decision, Kind
from tests.mailings.story import started

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

Say = pytest.CaptureFixture[str]


def refused() -> None:
    """Reader 0 was refused by a server."""
    mailing, now = started(1), timezone.now()
    group = ledger.claim(mailing.pk, 1, worker="w", journal="", now=now)
    assert group
    (one,) = ledger.begin(group, now) or []
    no = Decision("refused", Kind.NO_MAILBOX)
    ledger.settle([News(one.delivery, group.lease, mailing.pk, no, 550, "5.1.1 who?")], now)


def test_the_story_of_an_address_is_printed(capsys: Say) -> None:
    refused()
    assert run(["history", "Reader0@example.org"]) == 0
    told = capsys.readouterr().out
    assert "reader0@example.org" in told
    assert "Revue de presse, No. 1 of" in told
    assert "refused, 1 attempt\n" in told
    assert "550 5.1.1 who?\n" in told
    assert "There is no such mailbox" in told
    assert "Message-ID: <" in told


def test_json_is_one_document(capsys: Say) -> None:
    refused()
    assert run(["history", "reader0@example.org", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (delivery,) = told["deliveries"]
    assert [event["state"] for event in delivery["events"]] == ["refused"]


def test_an_address_that_is_not_here_is_refused(capsys: Say) -> None:
    assert run(["history", "nobody@example.org"]) == 1
    assert "Nobody here has the address" in capsys.readouterr().err
