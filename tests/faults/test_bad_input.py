"""What people type, where it could reach a header, an envelope or the dialogue."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from mailer.curation import compose
from mailer.curation.models import Publication
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.errors import MailerError
from mailer.mailings import fanout, send
from mailer.mailings.models import Mailing
from mailer.subscribers.models import Subscriber
from tests.fakes.smtp import FakeSmtp
from tests.mailings.story import readers, started, states
from tests.people import WEDNESDAY, article, review, source

pytestmark = pytest.mark.django_db(transaction=True)

SMUGGLED = "everybody@example.org"
EVIL = f"Revue\r\nBcc: {SMUGGLED}\r\n\r\n.\r\nMAIL FROM:<{SMUGGLED}>\r\nRCPT TO:<{SMUGGLED}>\r\n"
HUGE = "é" * 70_000
ONCE = ("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "List-Id", "List-Unsubscribe")


@pytest.fixture
def server(settings: Any, data: Path) -> Iterator[FakeSmtp]:
    """A relay, the one of the settings."""
    with FakeSmtp() as fake:
        settings.SMTP_URL = fake.url
        yield fake
        send.close()


def publication(**fields: object) -> Callable[[Any], None]:
    """A field of the publication's."""

    def write(settings: Any) -> None:
        Publication.objects.update(**fields)

    return write


def setting(name: str, value: str) -> Callable[[Any], None]:
    """An operator's setting."""
    return lambda settings: setattr(settings, name, value)


def mailed(count: int = 3, headline: str = "Une loi pour les étudiants") -> Mailing:
    """A mailing to so many readers of French, compiled from what the rows and settings say now."""
    matin = source("matin")
    article(matin, headline, lead=headline)
    issue = compose.draft_issue(review(), now=WEDNESDAY)
    compile_issue(issue.pk, WEDNESDAY)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    readers(count * 2)  # every other one reads Arabic, and there is no such edition
    mailing = fanout.start(issue.pk, None, timezone.now())
    send.work(mailing.pk)
    return mailing


def read(server: FakeSmtp) -> list[EmailMessage]:
    """What the relay took, as a mail program reads it."""
    return [message_from_bytes(one.body, policy=default) for one in server.accepted]


PLACES: dict[str, Callable[[str], Callable[[Any], None]]] = {
    "its name": lambda evil: publication(names={"fr": evil, "ar": evil, "en": evil}),
    "its sender": lambda evil: publication(sender=evil[:300]),
    "its sender's name": lambda evil: publication(sender=f'"{evil[:280]}" <revue@press.example>'),
    "its address for replies": lambda evil: publication(reply_to=evil[:300]),
    "its postal address": lambda evil: publication(postal_address=evil),
    "the sender of all": lambda evil: setting("MAILER_FROM", evil),
    "the domain of bounces": lambda evil: setting("MAILER_BOUNCE_DOMAIN", evil),
    "the address of the site": lambda evil: setting("MAILER_URL", f"http://127.0.0.1/{evil}"),
}


@pytest.mark.parametrize("evil", [EVIL, HUGE, f"revue@press.example\nBcc: {SMUGGLED}", "\0\u202e"])
@pytest.mark.parametrize("place", PLACES)
def test_no_field_writes_a_header_or_a_recipient_of_its_own(
    server: FakeSmtp, settings: Any, place: str, evil: str
) -> None:
    if "\0" in evil and place not in ("the domain of bounces", "the address of the site"):
        evil = evil.replace("\0", "\x01")  # PostgreSQL's text takes every character but this one
    PLACES[place](evil)(settings)
    with suppress(MailerError):  # told to staff in a sentence, before anything has left
        mailed()
    for mail in read(server):
        assert [len(mail.get_all(name)) for name in ONCE] == [1] * len(ONCE)
        assert mail["Bcc"] is None
    assert not [line for line in server.commands if line.startswith("RCPT") and SMUGGLED in line]
    assert SMUGGLED not in server.recipients()


@pytest.mark.parametrize("evil", [EVIL, HUGE[:290]])
def test_a_headline_writes_no_header(server: FakeSmtp, evil: str) -> None:
    assert states(mailed(headline=evil)) == {"sent": 3}
    for mail in read(server):
        assert mail["Bcc"] is None
        assert [len(mail.get_all(name)) for name in ONCE] == [1] * len(ONCE)
    assert SMUGGLED not in server.recipients()


@pytest.mark.parametrize(
    "address",
    [
        f"eve@example.org>\r\nRCPT TO:<{SMUGGLED}",
        f"eve@example.org\r\nDATA\r\n.\r\n{SMUGGLED}",
        f"{SMUGGLED},eve@example.org",
        "eve@example.org\0",
        "eve@" + "x" * 300,
        ".",
        "eve@example.org\n.\n",
        "",
    ],
)
def test_an_address_of_any_kind_concerns_one_reader(server: FakeSmtp, address: str) -> None:
    mailing = started(5)
    eve = Subscriber.objects.get(email="reader3@example.org")
    Subscriber.objects.filter(pk=eve.pk).update(email=address.replace("\0", "\x01"))

    send.work(mailing.pk)

    assert states(mailing) == {"sent": 4, "refused": 1}
    refused = mailing.deliveries.get(subscriber=eve)
    assert refused.smtp_text
    assert len(server.recipients()) == 4
    assert not [line for line in server.commands if SMUGGLED in line or "eve" in line]
