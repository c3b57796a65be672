"""Karim looks up what happened to a reader's mail."""

import pytest
from django.test import Client
from django.utils import timezone

from mailer.mailings import ledger
from mailer.mailings.hands import News
from mailer.mailings.models import Mailing
from mailer.mailings.retry import Decision, Kind
from mailer.subscribers.models import Subscriber, Suppression
from tests.people import WEDNESDAY
from tests.web.staff import mailed, said

pytestmark = pytest.mark.django_db


def refused(mailing: Mailing) -> None:
    """A server refuses everybody."""
    now = timezone.now()
    group = ledger.claim(mailing.pk, 10, worker="w", journal="", now=now)
    assert group
    no = Decision("refused", Kind.POLICY)
    line = "5.7.1 <b>blocked</b>"
    ledger.settle(
        [
            News(one.delivery, group.lease, mailing.pk, no, 550, line)
            for one in ledger.begin(group, now) or []
        ],
        now,
    )


def test_the_list_of_readers_leads_to_what_happened(karim: Client) -> None:
    refused(mailed(karim))
    youssef = Subscriber.objects.get(email="youssef@example.org")
    address = f"/desk/subscribers/{youssef.pk}/"
    assert f'href="{address}"' in said(karim.get("/desk/subscribers/?q=youssef"))
    page = said(karim.get(address))
    assert "youssef@example.org" in page
    assert "550 5.7.1 &lt;b&gt;blocked&lt;/b&gt;" in page
    assert "The server refused the message by its own rules" in page
    assert "1 attempt" in page


def test_the_page_says_that_an_address_is_suppressed(karim: Client) -> None:
    mailed(karim)
    youssef = Subscriber.objects.get(email="youssef@example.org")
    Suppression.objects.create(email_key=youssef.email_key, reason="complaint", at=WEDNESDAY)
    assert "it is suppressed" in said(karim.get(f"/desk/subscribers/{youssef.pk}/"))


def test_an_erased_reader_has_a_page_without_a_name(karim: Client) -> None:
    mailed(karim)
    youssef = Subscriber.objects.get(email="youssef@example.org")
    Subscriber.objects.filter(pk=youssef.pk).update(
        email="", email_key=None, name="", erased_at=WEDNESDAY
    )
    page = said(karim.get(f"/desk/subscribers/{youssef.pk}/"))
    assert "Erased reader" in page
    assert "Queued" in page


def test_a_reader_who_is_not_there_is_told_in_a_sentence(karim: Client) -> None:
    for number in ("999", "9" * 30):
        answer = karim.get(f"/desk/subscribers/{number}/")
        assert answer.status_code == 404
        assert "There is no subscriber" in answer.content.decode()
