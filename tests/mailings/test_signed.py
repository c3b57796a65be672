"""Mailings under DKIM keys: signed, or not sent."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from mailer.mailings import recovery, send
from mailer.mailings.models import Mailing
from mailer.mime.dkim import DkimKey, new_pem
from tests.fakes.smtp import FakeSmtp
from tests.mailings.story import finish, make_due, started, states
from tests.mime.dkim import needs_mail_dkim, plain_signature, tags, verdicts
from tests.people import review

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(settings: Any, data: Path) -> Path:
    """The file of the key for ccme.example, whose review is mailed."""
    path = data / "dkim.pem"
    path.write_bytes(new_pem())
    settings.MAILER_DKIM = [f"ccme.example:2026a:{path}"]
    publication = review()
    publication.sender = "revue@news.ccme.example"
    publication.save()
    return path


def key_in(place: Path) -> DkimKey:
    return DkimKey.from_pem("ccme.example", "2026a", place.read_bytes())


@needs_mail_dkim
def test_every_readers_copy_is_signed_in_both_languages(
    server: FakeSmtp, place: Path, tmp_path: Path
) -> None:
    mailing = started(20)
    send.work(mailing.pk)
    assert states(mailing) == {"sent": 20}
    mails = [one.body for one in server.accepted]
    encodings = [b"base64" in mail for mail in mails]
    assert any(encodings)
    assert not all(encodings)
    assert verdicts(mails, [key_in(place)], tmp_path) == ["pass"] * 20


def test_without_a_key_for_its_domain_nothing_is_signed(
    server: FakeSmtp, place: Path, settings: Any
) -> None:
    settings.MAILER_DKIM = [f"press.example:2026a:{place}"]
    mailing = started(2)
    send.work(mailing.pk)
    assert states(mailing) == {"sent": 2}
    assert not [one for one in server.accepted if b"DKIM-Signature" in one.body]


@pytest.mark.parametrize("content", [None, b"not a key"])
def test_a_key_that_cannot_be_read_keeps_the_mail_here_until_it_can(
    server: FakeSmtp, place: Path, content: bytes | None
) -> None:
    place.unlink()
    if content:
        place.write_bytes(content)
    mailing = started(4)
    assert send.work(mailing.pk) is False
    assert states(mailing) == {"queued": 4}
    assert server.accepted == []
    mailing.refresh_from_db()
    assert mailing.relay_error is not None
    assert mailing.relay_error["values"]["file"] == str(place)
    assert recovery.unfinished(timezone.now()) == []

    place.write_bytes(new_pem())
    make_due(mailing)
    finish(mailing)
    assert states(mailing) == {"sent": 4}
    assert Mailing.objects.get(pk=mailing.pk).relay_error is None
    assert all(tags(one.body)["d"] == "ccme.example" for one in server.accepted)


def test_an_entry_that_means_nothing_keeps_the_mail_here_too(
    server: FakeSmtp, place: Path, settings: Any
) -> None:
    settings.MAILER_DKIM = [str(place)]
    mailing = started(2)
    assert send.work(mailing.pk) is False
    assert states(mailing) == {"queued": 2}
    mailing.refresh_from_db()
    assert mailing.relay_error is not None
    assert "MAILER_DKIM" in mailing.relay_error["id"]


def test_a_renewed_key_signs_what_is_sent_after_it(server: FakeSmtp, place: Path) -> None:
    server.at("RCPT", "450 4.2.0 later", times=1)
    mailing = started(4)
    send.work(mailing.pk)
    assert states(mailing) == {"sent": 3, "deferred": 1}
    before = key_in(place)
    fresh = place.with_suffix(".new")
    fresh.write_bytes(new_pem())
    fresh.rename(place)
    make_due(mailing)
    finish(mailing)
    assert states(mailing) == {"sent": 4}
    *first, last = [one.body for one in server.accepted]
    assert all(plain_signature(mail, before) == tags(mail)["b"] for mail in first)
    assert plain_signature(last, key_in(place)) == tags(last)["b"]
