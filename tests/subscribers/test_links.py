"""The addresses that mails link to."""

import re
from datetime import timedelta
from typing import Any

import pytest

from mailer.errors import BadToken
from mailer.subscribers import links
from mailer.subscribers.tokens import Claim, Purpose
from tests.people import WEDNESDAY


def _token(url: str) -> str:
    return url.rpartition("/")[2]


def test_a_link_stands_on_the_public_address_and_holds_one_opaque_word(settings: Any) -> None:
    settings.MAILER_URL = "https://press.example"
    url = links.unsubscribe_url(42, 7)
    assert re.fullmatch(r"https://press\.example/unsubscribe/[\w-]{52}", url)
    assert links.unsubscribe_url(42, 7) == url
    assert links.unsubscribe_url(42) != url


def test_a_confirmation_lives_72_hours_and_names_its_round() -> None:
    token = _token(links.confirm_url(42, 7, 3, WEDNESDAY))
    claim = links.read(token, Purpose.CONFIRM, WEDNESDAY + timedelta(hours=71, minutes=59))
    assert claim[:4] == Claim(Purpose.CONFIRM, 42, 7, 3)[:4]
    with pytest.raises(BadToken, match="expired"):
        links.read(token, Purpose.CONFIRM, WEDNESDAY + timedelta(hours=72))


def test_links_survive_a_change_of_the_secret_while_the_old_one_is_named(settings: Any) -> None:
    token = _token(links.unsubscribe_url(42, 7))
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a new one"
    with pytest.raises(BadToken):
        links.read(token, Purpose.UNSUBSCRIBE, WEDNESDAY)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert links.read(token, Purpose.UNSUBSCRIBE, WEDNESDAY).subject == 42


def test_the_form_is_linked_in_a_language_for_a_list(settings: Any) -> None:
    settings.MAILER_URL = "https://press.example"
    url = links.subscribe_url("revue-de-presse", "ar")
    assert url == "https://press.example/subscribe/?list=revue-de-presse&lang=ar"
