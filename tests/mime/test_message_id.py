import re
from email.message import EmailMessage

import pytest

from mailer.errors import BadAddress
from mailer.mime.message_id import message_id

SECRET = b"a secret of the installation"


def test_a_retry_carries_the_same_message_id() -> None:
    first = message_id("edition-12-fr", "amina", "example.org", SECRET)
    assert message_id("edition-12-fr", "amina", "example.org", SECRET) == first
    assert re.fullmatch(r"<[0-9a-f]{40}@example\.org>", first)


def test_another_reader_edition_or_secret_makes_another() -> None:
    made = {
        message_id("12", "3", "example.org", SECRET),
        message_id("1", "23", "example.org", SECRET),
        message_id("123", "", "example.org", SECRET),
        message_id("", "123", "example.org", SECRET),
        message_id("3", "12", "example.org", SECRET),
        message_id("12", "3", "example.org", b"another secret"),
    }
    assert len(made) == 6


def test_the_domain_is_ascii_and_the_reader_is_not_told() -> None:
    made = message_id("12", "amina@example.org", "مثال.إختبار", SECRET)
    assert made.endswith("@xn--mgbh0fb.xn--kgbechtv>")
    assert "amina" not in made
    message = EmailMessage()
    message["Message-ID"] = made
    assert message["Message-ID"] == made
    with pytest.raises(BadAddress):
        message_id("12", "3", "exa mple", SECRET)
