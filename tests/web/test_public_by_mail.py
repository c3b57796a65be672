"""Double opt-in through the wire: what the reader does with the mails that a server took."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mailer.letters.models import Letter
from mailer.letters.send import send_letters
from mailer.subscribers.models import Subscription
from mailer.subscribers.optin import take_requests
from tests.fakes.smtp import FakeSmtp

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[FakeSmtp]:
    """The server that takes the mails."""
    with FakeSmtp() as made:
        settings.SMTP_URL = made.url
        settings.MAILER_FROM = "office@press.example"
        yield made


def _newest(server: FakeSmtp) -> EmailMessage:
    send_letters(timezone.now())
    mail = message_from_bytes(server.accepted[-1].body, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def _link(mail: EmailMessage, page: str) -> str:
    """The link to a page, the same in both parts of the mail."""
    found = set()
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        found |= set(re.findall(rf"http://[^\s\"<>]*(/{page}/[\w-]+)", part.get_content()))
    (link,) = found
    return str(link)


def test_amina_joins_and_leaves_by_the_links_of_the_mails_she_got(server: FakeSmtp) -> None:
    browser = Client(headers={"accept-language": "ar"})
    browser.post("/subscribe/", {"email": "Amina@example.org", "language": "ar"})
    assert take_requests(timezone.now()) == 1

    asking = _newest(server)
    assert asking["To"] == "Amina@example.org"
    assert asking["Auto-Submitted"] == "auto-generated"
    assert asking["Content-Language"] == "ar"
    assert not [name for name in asking if name.lower().startswith("list-")]
    assert browser.post(_link(asking, "confirm")).status_code == 200
    assert Subscription.objects.get().state == "confirmed"

    welcome = _newest(server)
    assert browser.get(_link(welcome, "preferences")).status_code == 200
    assert browser.post(_link(welcome, "unsubscribe")).status_code == 200
    assert Subscription.objects.get().state == "unsubscribed"

    farewell = _newest(server)
    assert farewell["Message-ID"] not in (asking["Message-ID"], welcome["Message-ID"])
    assert server.recipients() == ["Amina@example.org"] * 3
    assert set(Letter.objects.values_list("state", "text", "html")) == {("sent", "", "")}


def test_a_mail_that_asks_holds_nothing_that_a_visitor_typed_but_the_address(
    server: FakeSmtp,
) -> None:
    typed = {
        "email": "victim@example.org",
        "language": "fr",
        "name": "Gagnez-un-prix",
        "list": "revue-de-presse",
        "message": "http://evil.example/",
    }
    Client(headers={"referer": "http://evil.example/", "user-agent": "Gagnez-un-prix"}).post(
        "/subscribe/?lang=fr&list=Gagnez-un-prix", typed
    )
    take_requests(timezone.now())
    mail = str(_newest(server))
    assert "Gagnez" not in mail
    assert "evil.example" not in mail
