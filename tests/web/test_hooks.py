"""The addresses that providers call: who proves nothing changes nothing."""

import base64
import json
import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mailer.articles.answers import Fetched
from mailer.articles.asking import Hop
from mailer.errors import FetchError
from mailer.receipts.models import Receipt, Stray
from mailer.web.hooks import ses
from tests.receipts.story import AMINA, GRACE, YOUSSEF, delivery, returned, sent, suppressed, verp
from tests.receipts.test_hooks import (
    CERTIFICATE,
    SENDGRID_KEY,
    bounce,
    mailgun_call,
    signed,
    sns,
)

pytestmark = pytest.mark.django_db

TOPIC = "arn:aws:sns:eu-west-1:1:returns"


def post(way: str, body: bytes, **headers: str) -> int:
    answer = Client(enforce_csrf_checks=True).post(
        f"/hooks/{way}/", body, content_type="application/json", headers=headers
    )
    return answer.status_code


@pytest.mark.parametrize("way", ["sendgrid", "postmark", "mailgun", "ses"])
def test_who_proves_nothing_is_counted_and_changes_nothing(way: str) -> None:
    sent()
    told = {"event": "bounce", "email": AMINA, "RecordType": "SpamComplaint", "Email": AMINA}
    assert post(way, json.dumps(told).encode()) == 403
    assert Stray.objects.get(way=way).why == "forged"
    assert Client().get(f"/hooks/{way}/").status_code == 405
    assert (suppressed(), Receipt.objects.count()) == ({}, 0)


def test_a_call_of_many_megabytes_is_refused() -> None:
    assert post("mailgun", b"x" * 2_100_000) == 413
    assert post("mailgun", b"{") == 400


def test_sendgrid_is_heard_once(settings: Any) -> None:
    sent()
    settings.MAILER_SENDGRID_KEY = SENDGRID_KEY
    mine = returned(AMINA).partition("Message-ID: ")[2].partition("\n")[0]
    event = {"event": "bounce", "email": AMINA, "reason": "550 5.1.1 gone", "sg_event_id": "e1"}
    body = json.dumps([event | {"smtp-id": mine}]).encode()
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": signed(body),
        "X-Twilio-Email-Event-Webhook-Timestamp": "1700000000",
    }
    assert [post("sendgrid", body, **headers) for _ in range(3)] == [200, 200, 200]
    receipt = Receipt.objects.get()
    assert (receipt.proof, receipt.delivery) == ("message-id", delivery(AMINA).pk)
    assert suppressed() == {AMINA: "bounce"}


def test_postmark_is_heard_by_the_address_it_names(settings: Any) -> None:
    sent()
    settings.MAILER_POSTMARK_LOGIN = "postmark:a secret"
    told = {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": GRACE, "ID": 1}
    header = "Basic " + base64.b64encode(b"postmark:a secret").decode()
    assert post("postmark", json.dumps(told).encode(), Authorization=header) == 200
    assert suppressed() == {GRACE: "complaint"}
    assert Receipt.objects.get().mailing_id == delivery(GRACE).mailing_id
    stranger = told | {"Email": "stranger@example.net", "ID": 2}
    assert post("postmark", json.dumps(stranger).encode(), Authorization=header) == 200
    assert Stray.objects.get().why == "unknown"


def test_mailguns_signature_that_was_seen_serves_no_other_event(settings: Any) -> None:
    sent()
    settings.MAILER_MAILGUN_KEY = "key"
    now = str(int(time.time()))
    first = mailgun_call({"event": "complained", "recipient": GRACE}, timestamp=now)
    other = mailgun_call({"event": "complained", "recipient": AMINA}, timestamp=now)
    assert post("mailgun", json.dumps(first).encode()) == 200
    assert post("mailgun", json.dumps(other).encode()) == 200
    assert suppressed() == {GRACE: "complaint"}


class Amazon:
    """What the guarded door would bring from Amazon."""

    def __init__(self) -> None:
        self.visited: list[str] = []
        self.away = False

    def __call__(self, hop: Hop, **_: Any) -> Fetched:
        if self.away:
            raise FetchError("away")
        self.visited.append(hop.url)
        return Fetched(200, CERTIFICATE, "text/plain", hop.url)


@pytest.fixture
def amazon(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Amazon:
    made = Amazon()
    monkeypatch.setattr(ses, "fetch", made)  # no test reaches Amazon
    monkeypatch.setattr(ses, "_certificates", {})
    settings.MAILER_SES_TOPICS = [TOPIC]
    return made


def told_of(address: str) -> Any:
    told = bounce()
    told["mail"]["source"] = verp(address)
    return told


def test_amazon_is_heard_through_a_topic_of_ours_alone(amazon: Amazon, settings: Any) -> None:
    sent()
    body = json.dumps(sns(told_of(YOUSSEF))).encode()
    settings.MAILER_SES_TOPICS = ["arn:aws:sns:eu-west-1:1:another"]
    assert post("ses", body) == 403
    assert amazon.visited == []
    settings.MAILER_SES_TOPICS = [TOPIC]
    assert [post("ses", body), post("ses", body)] == [200, 200]
    assert len(amazon.visited) == 1, "the certificate is asked for once"
    assert suppressed() == {YOUSSEF: "bounce"}
    assert Receipt.objects.get().proof == "verp"
    changed = sns(told_of(YOUSSEF)) | {"MessageId": "m-2"}
    assert post("ses", json.dumps(changed).encode()) == 403


def test_amazon_calls_again_while_its_certificate_cannot_be_read(amazon: Amazon) -> None:
    sent()
    amazon.away = True
    body = json.dumps(sns(told_of(YOUSSEF))).encode()
    assert post("ses", body) == 503
    amazon.away = False
    assert post("ses", body) == 200


def test_a_topic_that_asks_may_call_from_then_on(amazon: Amazon) -> None:
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=x"
    asks = sns({}, Type="SubscriptionConfirmation", SubscribeURL=url, Token="x")
    assert post("ses", json.dumps(asks).encode()) == 200
    assert amazon.visited[-1] == url
    assert timezone.now().date()
