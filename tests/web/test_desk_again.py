"""Karim looks at who did not get it, and sends again to those he means."""

import pytest
from django.test import Client
from django.utils import timezone

from mailer.mailings import ledger
from mailer.mailings.hands import News
from mailer.mailings.models import DeliveryState, Event, Mailing, MailingState
from mailer.mailings.retry import WITHOUT_MARKS, Decision, Kind
from tests.mailings.story import states
from tests.web.staff import do, mailed, said

pytestmark = pytest.mark.django_db

POLICY = Decision("refused", Kind.POLICY), 550, "5.7.1 spam"
UNKNOWN = Decision("refused", Kind.NO_MAILBOX), 550, "5.1.1 unknown"
DOUBT = Decision("uncertain", Kind.UNKNOWN), None, None
LOST = Decision("uncertain", Kind.UNKNOWN), None, WITHOUT_MARKS
SENT = Decision("sent", Kind.ACCEPTED), 250, "2.0.0 taken"


def ended(karim: Client, *outcomes: tuple[Decision, int | None, str | None]) -> Mailing:
    """A mailing to four that came to these ends."""
    mailing, now = mailed(karim), timezone.now()
    group = ledger.claim(mailing.pk, 4, worker="w", journal="j", now=now)
    assert group is not None
    recipients = ledger.begin(group, now) or []
    ledger.settle(
        [
            News(one.delivery, group.lease, mailing.pk, *outcome)
            for one, outcome in zip(recipients, outcomes, strict=True)
        ],
        now,
    )
    ledger.end_leases([group.lease])
    Mailing.objects.update(state=MailingState.DONE, finished_at=now)
    return mailing


def test_the_reasons_are_counted_and_those_without_hope_are_not_ticked(karim: Client) -> None:
    mailing = ended(karim, POLICY, POLICY, UNKNOWN, SENT)
    page = said(karim.get(f"/desk/mailings/{mailing.pk}/again/refused/"))
    assert "3 people were refused" in page
    assert 'value="policy" checked' in page
    assert 'value="no-mailbox" >' in page
    assert "There is no such mailbox" in page
    assert "are not ticked" in page


def test_karim_sends_again_to_the_reasons_he_chose(karim: Client) -> None:
    mailing = ended(karim, POLICY, POLICY, UNKNOWN, SENT)
    page = do(karim, f"mailings/{mailing.pk}/again/refused/", reason=["policy", "nonsense"])
    assert "It is sent again to 2 people." in page
    assert states(mailing) == {"queued": 2, "refused": 1, "sent": 1}
    asked = Event.objects.filter(state=DeliveryState.QUEUED)
    assert [event.by.username for event in asked if event.by] == ["karim", "karim"]
    assert "one of the chosen reasons" in do(karim, f"mailings/{mailing.pk}/again/refused/")


def test_the_uncertain_are_told_in_the_ledgers_words_and_leaving_them_is_a_choice(
    karim: Client,
) -> None:
    mailing = ended(karim, DOUBT, LOST, SENT, SENT)
    page = said(karim.get(f"/desk/mailings/{mailing.pk}/again/uncertain/"))
    assert "what it had noted is lost or incomplete" in page
    assert "before the server answered" in page
    assert "Leave it as it is" in page
    assert "2 people may get it twice. The copy carries the same Message-ID" in page
    assert states(mailing) == {"uncertain": 2, "sent": 2}


def test_karim_sends_again_to_the_uncertain_he_saw_and_to_no_more(karim: Client) -> None:
    mailing = ended(karim, DOUBT, LOST, SENT, SENT)
    here = f"mailings/{mailing.pk}/again/uncertain/"
    assert "By now 2 are uncertain" in do(karim, here, seen=1)
    assert states(mailing) == {"uncertain": 2, "sent": 2}
    assert "It is sent again to 2 people." in do(karim, here, seen=2)
    assert states(mailing) == {"queued": 2, "sent": 2}
    assert "nobody is uncertain" in do(karim, here, seen=2)


def test_where_there_is_nobody_the_question_leads_back_to_the_mailing(karim: Client) -> None:
    mailing = ended(karim, SENT, SENT, SENT, SENT)
    for whom in ("refused", "uncertain"):
        answer = karim.get(f"/desk/mailings/{mailing.pk}/again/{whom}/")
        assert answer.headers["Location"] == f"/desk/mailings/{mailing.pk}/"
