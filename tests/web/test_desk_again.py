"""Karim looks at who did not get it, and sends again to those he means."""

import pytest
from django.test import Client

from mailer.mailings.models import DeliveryState, Event
from tests.mailings.story import states
from tests.web.outcomes import DOUBT, LOST, POLICY, SENT, UNKNOWN, ended
from tests.web.staff import do, said

pytestmark = pytest.mark.django_db


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
