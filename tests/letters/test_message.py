"""A letter as the bytes of a mail."""

from email import message_from_bytes, policy

import pytest

from mailer.errors import BadAddress
from mailer.letters.message import message
from mailer.letters.models import Letter
from tests.people import WEDNESDAY


def _letter(**changed: str) -> Letter:
    values = {
        "kind": "confirmation",
        "recipient": "amina@مثال.موقع",
        "language": "ar",
        "sender": "office@press.example",
        "sender_name": "النشرة الإخبارية",
        "subject": "أكّدوا اشتراككم",
        "text": "افتحوا الرابط\nhttps://press.example/confirm/x\n.\n",
        "html": "<p>افتحوا الرابط</p>",
        "message_id": "<0123456789abcdef0123456789abcdef@press.example>",
    }
    return Letter(**{**values, **changed})


def test_a_letter_says_that_a_machine_wrote_it_and_is_no_list_mail() -> None:
    raw = message(_letter(), WEDNESDAY)
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "ar"
    assert mail["Subject"] == "أكّدوا اشتراككم"
    assert mail["From"].addresses[0].display_name == "النشرة الإخبارية"
    assert mail["To"].addresses[0].addr_spec == "amina@xn--mgbh0fb.xn--4gbrim"
    assert mail["Message-ID"] == "<0123456789abcdef0123456789abcdef@press.example>"
    assert mail["Date"].datetime == WEDNESDAY
    assert not [name for name in mail if name.lower().startswith(("list-", "precedence"))]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_an_address_that_breaks_its_header_is_refused() -> None:
    with pytest.raises(BadAddress):
        message(_letter(recipient="a@example.org\r\nBcc: all@example.org"), WEDNESDAY)
