"""One person's copy: its headers, its way out, its name."""

from email import message_from_bytes
from email.policy import default

import pytest

from mailer.errors import BadAddress
from mailer.mailings.message import HOLES, Copy, compile_copy, issue_message_id
from mailer.mime.segments import MissingValue, marker

NONCE = "0123456789abcdef"
HEADERS = {
    "From": ["Revue de presse", "revue@ccme.example"],
    "Reply-To": ["", "lecteurs+rdp@ccme.example"],
    "List-Id": ["Revue de presse", "revue-de-presse.ccme.example"],
    "Content-Language": "fr",
}
VALUES = {
    "address": "youssef@example.org",
    "unsubscribe_url": "https://ccme.example/unsubscribe/" + "t" * 52,
    "unsubscribe_token": "t" * 52,
    "preferences_url": "https://ccme.example/preferences/" + "t" * 52,
    "message_id": "<abc@ccme.example>",
    "date": "Wed, 21 May 2025 08:00:00 +0100",
}


def copy(**changed: object) -> Copy:
    links = [marker(NONCE, "unsubscribe_url"), marker(NONCE, "preferences_url")]
    body = " ".join(links)
    return compile_copy(7, {**HEADERS, **changed}, "Études", body, f"<p>{body}</p>", NONCE)


def test_a_copy_has_every_header_that_receivers_want_once() -> None:
    mail = message_from_bytes(copy().compiled.join(VALUES), policy=default)
    assert mail["From"] == "Revue de presse <revue@ccme.example>"
    assert mail["To"] == "youssef@example.org"
    assert mail["Reply-To"] == "lecteurs+rdp@ccme.example"
    assert mail["Subject"] == "Études"
    assert mail["List-Unsubscribe"] == (
        f"<{VALUES['unsubscribe_url']}>,"
        f" <mailto:lecteurs+rdp@ccme.example?subject=unsubscribe%20{'t' * 52}>"
    )
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Precedence"] == "list"
    assert len(mail["Feedback-ID"].split(":")[-1]) == 12
    assert all(len(mail.get_all(name)) == 1 for name in mail.keys())  # noqa: SIM118 - not a dict


def test_the_feedback_id_says_nothing_of_the_recipient() -> None:
    other = {**VALUES, "address": "amina@example.org"}
    made = copy().compiled
    ids = {message_from_bytes(made.join(one))["Feedback-ID"] for one in (VALUES, other)}
    assert len(ids) == 1


def test_the_message_id_is_the_same_on_every_retry_and_anothers_is_another() -> None:
    made = copy()
    assert made.message_ids.of("5") == made.message_ids.of("5")
    assert made.message_ids.of("5") != made.message_ids.of("6")
    assert made.message_ids.of("5").endswith("@ccme.example>")
    assert made.message_ids.of("5") == issue_message_id(7, 5, "revue@ccme.example", NONCE)


def test_a_sender_that_cannot_be_written_is_refused_before_anything_leaves() -> None:
    with pytest.raises(BadAddress):
        copy(From=["Revue", "revue@ccme.example\r\nBcc: all@example.org"])


def test_a_template_with_a_hole_that_nobody_fills_is_told_before_anything_leaves() -> None:
    with pytest.raises(MissingValue, match="nickname"):
        compile_copy(7, HEADERS, "Bonjour", marker(NONCE, "nickname"), "<p></p>", NONCE)
    assert "nickname" not in HOLES
