"""Karim looks at what came back, and takes some of it back."""

import pytest
from django.test import Client
from django.utils import timezone

from mailer.errors import Refused
from mailer.mailings import holding
from mailer.receipts import record
from mailer.receipts.models import Receipt, Way
from mailer.receipts.taking import take
from mailer.web.roles import EDITOR
from tests.receipts.reports import report, words
from tests.receipts.story import AMINA, GRACE, YOUSSEF, sent, suppressed, verp
from tests.web.staff import at_work, said

pytestmark = pytest.mark.django_db


def came(raw: bytes) -> Receipt:
    take(Way.MAILBOX, raw, timezone.now())
    return Receipt.objects.latest("pk")


def test_what_came_back_is_shown_over_time_by_domain_and_by_mailing(karim: Client) -> None:
    mailing = sent()
    came(report(AMINA, back_to=verp(AMINA)))
    came(report(YOUSSEF, back_to=verp(YOUSSEF), status="5.7.1", said="550 5.7.1 no"))
    came(report("x@example.net", returned="Subject: x\n\ny"))
    page = said(karim.get("/desk/receipts/?days=7"))
    assert page.count('<rect class="hard"') == page.count('<rect class="policy"') == 1
    assert "orange.fr" in page
    assert f"/desk/mailings/{mailing.pk}/" in page
    assert karim.get("/desk/receipts/?days=rubbish").status_code == 200
    assert "<svg" in said(karim.get("/desk/receipts/?days=365"))


def test_a_report_is_shown_as_text_and_its_consequence_taken_back(karim: Client) -> None:
    sent()
    receipt = came(report(AMINA, back_to=verp(AMINA), words="<script>alert(1)</script>"))
    page = said(karim.get(f"/desk/receipts/{receipt.pk}/"))
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert 'id="undo"' in page
    assert suppressed() == {AMINA: "bounce"}
    karim.post(f"/desk/receipts/{receipt.pk}/undo/")
    assert suppressed() == {}
    assert 'id="undo"' not in said(karim.get(f"/desk/receipts/{receipt.pk}/"))
    person = said(karim.get(f"/desk/subscribers/{receipt.subscriber_id}/"))
    assert f"/desk/receipts/{receipt.pk}/" in person
    assert karim.get("/desk/receipts/999/").status_code == 404


def test_who_asks_without_a_proof_waits_for_those_who_may_see_readers(
    karim: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent()
    monkeypatch.setattr(record, "_FEW", 0)
    receipt = came(words("", From=GRACE, Subject="unsubscribe"))
    assert GRACE in said(karim.get("/desk/receipts/"))
    assert GRACE not in said(at_work(EDITOR).get("/desk/receipts/"))
    assert karim.post(f"/desk/receipts/{receipt.pk}/act/").status_code == 303
    assert GRACE not in said(karim.get("/desk/receipts/"))


def test_a_part_that_stands_still_is_told_on_its_mailing_and_let_go(karim: Client) -> None:
    mailing = sent()
    type(mailing).objects.update(state="running")
    holding.hold(mailing.pk, "orange.fr", Refused("no").stored(), timezone.now())
    address = f"/desk/mailings/{mailing.pk}/"
    assert 'value="orange.fr"' in said(karim.get(address))
    karim.post(f"{address}release/", {"provider": "orange.fr"})
    assert holding.standing(mailing.pk) == []
    assert 'value="orange.fr"' not in said(karim.get(address))


def test_the_words_of_it_are_arabic_for_who_reads_arabic(karim: Client) -> None:
    sent()
    came(report(AMINA, back_to=verp(AMINA)))
    karim.post("/desk/language/", {"language": "ar", "next": "/desk/"})
    page = said(karim.get("/desk/receipts/"))
    assert 'dir="rtl"' in page
    assert "ما عاد من الرسائل" in page
