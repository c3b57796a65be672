"""`mailer ledger` on the terminal."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from mailer.cli import run
from mailer.mailings import control, fanout, retention
from mailer.mailings.models import Mailing, MailingKind
from tests.mailings.story import settled, started

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

Say = pytest.CaptureFixture[str]


def folded() -> Mailing:
    """A mailing whose rows are gone."""
    mailing = started(2)
    settled(mailing, 2)
    control.finish(mailing.pk, timezone.now())
    Mailing.objects.update(finished_at=timezone.now() - timedelta(days=500))
    retention.fold_old(timezone.now())
    return mailing


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_an_issue_that_is_folded_is_refused_in_a_sentence(form: str, capsys: Say) -> None:
    mailing = folded()
    assert run(["ledger", str(mailing.issue_id), "--format", form]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert f"The rows of mailing {mailing.pk} were folded into its sums on" in told.err


def test_of_an_issue_mailed_again_the_rest_is_listed_and_the_gap_is_told(capsys: Say) -> None:
    mailing = folded()
    fanout.start(mailing.issue_id, None, timezone.now(), MailingKind.CORRECTION)
    assert run(["ledger", str(mailing.issue_id), "--format", "json"]) == 0
    told = capsys.readouterr()
    assert [one["state"] for one in json.loads(told.out)] == ["queued", "queued"]
    assert f"The rows of mailing {mailing.pk} were folded" in told.err


def test_each_format_has_a_line_for_each_reader(capsys: Say) -> None:
    mailing = started(3)
    said = {}
    for form in ("csv", "json", "table"):
        assert run(["ledger", str(mailing.issue_id), "--format", form]) == 0
        said[form] = capsys.readouterr().out
    assert [one["address"] for one in csv.DictReader(io.StringIO(said["csv"]))] == [
        one["address"] for one in json.loads(said["json"])
    ]
    assert said["table"].count("\n") == 4
