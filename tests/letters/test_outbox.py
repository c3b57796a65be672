"""A letter is a row before it is a mail."""

from typing import Any

import pytest

from mailer.letters.models import Letter
from mailer.letters.outbox import default_sender, post, post_ready
from tests.people import WEDNESDAY

pytestmark = pytest.mark.django_db
CONTEXT = {"publication_name": "Revue de presse", "subscribe_url": "https://press.example/s"}


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl"), ("en", "ltr")])
def test_a_letter_is_written_at_once_in_the_language_of_its_reader(
    language: str, direction: str
) -> None:
    letter = post("farewell", "amina@example.org", language, CONTEXT, now=WEDNESDAY)
    assert (letter.state, letter.language, letter.due_at) == ("queued", language, WEDNESDAY)
    assert f'<html lang="{language}" dir="{direction}"' in letter.html
    assert "https://press.example/s" in letter.text
    assert letter.subject
    assert "\n" not in letter.subject


def test_a_language_we_do_not_publish_in_gets_the_default_one() -> None:
    assert post("farewell", "a@example.org", "tlh", CONTEXT, now=WEDNESDAY).language == "fr"


def test_the_sender_is_the_setting_with_its_name_or_the_host_of_the_pages(settings: Any) -> None:
    assert default_sender() == "mailer@localhost"
    settings.MAILER_URL = "https://press.example/"
    assert default_sender() == "mailer@press.example"
    settings.MAILER_FROM = "Press office <office@press.example>"
    letter = post("farewell", "a@example.org", "fr", CONTEXT, now=WEDNESDAY)
    assert (letter.sender, letter.sender_name) == ("office@press.example", "Press office")
    assert letter.message_id.endswith("@press.example>")


def test_two_letters_have_two_message_ids() -> None:
    words = {"subject": "S", "text": "T", "html": "<p>H</p>", "now": WEDNESDAY}
    for _ in range(2):
        post_ready("test", "a@example.org", "fr", **words)  # type: ignore[arg-type] # as named
    assert len(set(Letter.objects.values_list("message_id", flat=True))) == 2
