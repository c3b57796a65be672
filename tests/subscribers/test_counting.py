"""How many people are on the lists."""

import pytest

from mailer.subscribers import counting
from mailer.subscribers.models import MailingList, Suppression
from tests.people import WEDNESDAY, reader

pytestmark = pytest.mark.django_db


def _people() -> list[MailingList]:
    for number in range(3):
        reader(f"r{number}@example.org")
    reader("p@example.org", state="pending")
    return list(MailingList.objects.all())


def test_a_small_list_is_counted_when_it_is_looked_at() -> None:
    (told,) = counting.counted(_people())
    assert (told.states, told.at) == ({"confirmed": 3, "pending": 1}, None)


def test_of_a_large_one_the_last_count_is_shown_with_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counting, "AT_ONCE", 3)
    (never,) = counting.counted(_people())
    assert (never.states, never.at) == ({}, None)
    counting.count_lists(WEDNESDAY)
    (told,) = counting.counted(list(MailingList.objects.all()))
    assert (told.states, told.at) == ({"confirmed": 3, "pending": 1}, WEDNESDAY)


def test_suppressions_are_counted_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "AT_ONCE", 2)
    for number in range(3):
        assert counting.suppressed() == (min(number, 2), False)
        Suppression.objects.create(email_key=f"r{number}@example.org", reason="x", at=WEDNESDAY)
    assert counting.suppressed() == (2, True)
