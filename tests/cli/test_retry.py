"""Sending again from the command line, in one's own name."""

import json

import pytest
from django.utils import timezone

from mailer.cli import run
from mailer.mailings import ledger
from mailer.mailings.hands import News
from mailer.mailings.models import Event, Mailing
from mailer.mailings.retry import Decision, Kind
from mailer.web.roles import EDITOR, PUBLISHER
from tests.mailings.story import started, states
from tests.web.staff import member

pytestmark = pytest.mark.django_db(transaction=True)

Say = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    # The doorbell of this machine's Redis may have somebody else behind it.
    monkeypatch.setattr("mailer.cli.retry.ring_senders", lambda *_: False)


@pytest.fixture
def over() -> Mailing:
    """A mailing of four: two refused by policy, one unknown, one in doubt."""
    mailing, now = started(4), timezone.now()
    group = ledger.claim(mailing.pk, 4, worker="w", journal="j", now=now)
    assert group is not None
    outcomes = [
        (Decision("refused", Kind.POLICY), 550, "5.7.1 spam"),
        (Decision("refused", Kind.POLICY), 550, "5.7.1 spam"),
        (Decision("refused", Kind.NO_MAILBOX), 550, "5.1.1 unknown"),
        (Decision("uncertain", Kind.UNKNOWN), None, None),
    ]
    recipients = ledger.begin(group, now) or []
    ledger.settle(
        [
            News(one.delivery, group.lease, mailing.pk, *outcome)
            for one, outcome in zip(recipients, outcomes, strict=True)
        ],
        now,
    )
    ledger.end_leases([group.lease])
    member("karim", PUBLISHER)
    return mailing


def test_the_refused_are_sent_to_again_and_the_sums_are_printed(over: Mailing, capsys: Say) -> None:
    assert run(["retry", str(over.pk), "--refused", "--by", "karim", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == {
        "mailing": over.pk,
        "state": "running",
        "again": 2,
        "reasons": {"no-mailbox": 1},
        "recipients": 4,
        **dict.fromkeys(
            ["leased", "sending", "deferred", "sent", "suppressed", "cancelled"],
            0,
        ),
        "queued": 2,
        "refused": 1,
        "uncertain": 1,
    }
    assert "as soon as `mailer up` runs" in told.err
    assert {str(event.by) for event in Event.objects.filter(state=0)} == {"karim"}


def test_a_reason_is_chosen_by_its_name(over: Mailing, capsys: Say) -> None:
    words = ["retry", str(over.pk), "--refused", "--only", "no-mailbox", "--by", "karim"]
    assert run(words) == 0
    assert "1 are queued again; it is running" in (told := capsys.readouterr().out)
    assert "Still refused: policy: 2" in told
    assert run(words) == 1
    assert "one of the chosen reasons" in capsys.readouterr().err


def test_the_uncertain_are_sent_to_again(over: Mailing, capsys: Say) -> None:
    assert run(["retry", str(over.pk), "--uncertain", "--by", "karim"]) == 0
    assert states(over) == {"queued": 1, "refused": 3}
    assert run(["retry", str(over.pk), "--uncertain", "--by", "karim"]) == 1
    assert "nobody is uncertain" in capsys.readouterr().err


def test_somebody_who_may_send_must_be_named(over: Mailing, capsys: Say) -> None:
    member("salma", EDITOR)
    number = str(over.pk)
    assert run(["retry", number, "--refused", "--by", "salma"]) == 1
    assert "salma may not send" in capsys.readouterr().err
    assert run(["retry", number, "--refused", "--by", "nobody"]) == 1
    assert "no user “nobody”" in capsys.readouterr().err
    for wrong in (
        ["--refused"],
        ["--by", "karim"],
        ["--refused", "--uncertain", "--by", "karim"],
        ["--uncertain", "--only", "policy", "--by", "karim"],
    ):
        with pytest.raises(SystemExit, match="2"):
            run(["retry", number, *wrong])
    assert states(over) == {"refused": 3, "uncertain": 1}
