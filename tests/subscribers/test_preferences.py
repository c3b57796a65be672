"""What a person may change by the link in a mail."""

from datetime import timedelta

import pytest

from mailer.errors import BadToken, Refused
from mailer.subscribers import links, preferences
from tests.people import WEDNESDAY, reader

pytestmark = pytest.mark.django_db


def _link(subscriber_id: int) -> str:
    return links.preferences_url(subscriber_id, WEDNESDAY).rpartition("/")[2]


def test_amina_changes_her_language_and_name() -> None:
    amina = reader("amina@example.org", "fr")
    name = "  أمينة\u202e\r\n الإدريسي "
    preferences.change(_link(amina.pk), language="ar", name=name, now=WEDNESDAY)
    amina.refresh_from_db()
    assert (amina.language, amina.name) == ("ar", "أمينة  الإدريسي")


def test_a_language_that_is_none_of_ours_changes_nothing() -> None:
    amina = reader("amina@example.org", "ar")
    for language in ("tlh", "\0", "x" * 500):
        with pytest.raises(Refused, match="not a language we publish in"):
            preferences.change(_link(amina.pk), language=language, name="Amina", now=WEDNESDAY)
    amina.refresh_from_db()
    assert (amina.language, amina.name) == ("ar", "")


def test_a_form_without_a_language_keeps_it_and_a_long_name_is_cut() -> None:
    amina = reader("amina@example.org", "ar")
    preferences.change(_link(amina.pk), language="", name="x" * 500, now=WEDNESDAY)
    amina.refresh_from_db()
    assert (amina.language, len(amina.name)) == ("ar", 200)


def test_the_language_behind_a_link_is_a_living_persons_and_asks_nothing_of_its_age() -> None:
    amina = reader("amina@example.org", "ar")
    old = links.confirm_url(amina.pk, 1, 1, WEDNESDAY - timedelta(days=900)).rpartition("/")[2]
    assert preferences.language_behind(old) == "ar"
    assert preferences.language_behind(old[:-1] + ("B" if old[-1] == "A" else "A")) == ""
    amina.erased_at = WEDNESDAY
    amina.save()
    assert preferences.language_behind(old) == ""


def test_the_link_is_the_same_all_day_and_ends_after_more_than_a_year() -> None:
    amina = reader("amina@example.org")
    link = _link(amina.pk)
    assert links.preferences_url(amina.pk, WEDNESDAY + timedelta(hours=9)).endswith(link)
    preferences.look(link, WEDNESDAY + timedelta(days=399))
    with pytest.raises(BadToken, match="expired"):
        preferences.look(link, WEDNESDAY + timedelta(days=400))


def test_an_erased_person_has_no_preferences() -> None:
    amina = reader("amina@example.org")
    amina.erased_at = WEDNESDAY
    amina.save()
    with pytest.raises(BadToken, match="not known here"):
        preferences.look(_link(amina.pk), WEDNESDAY)


def test_a_page_that_may_have_been_forwarded_shows_an_address_in_part() -> None:
    assert preferences.masked("amina.idrissi@example.org") == "a…@example.org"


def test_amina_pauses_for_four_weeks_and_lets_it_go_on() -> None:
    amina = reader("amina@example.org")
    for weeks, until in (
        ("4", WEDNESDAY + timedelta(weeks=4)),
        ("", ...),
        ("0", None),
        ("0", None),
    ):
        changed = preferences.change(
            _link(amina.pk), language="", name="", weeks=weeks, now=WEDNESDAY
        )
        if until is not ...:
            assert preferences.paused(changed, WEDNESDAY) == until
    assert list(amina.consents.values_list("act", flat=True)) == ["paused", "resumed"]


def test_a_pause_ends_by_itself() -> None:
    amina = reader("amina@example.org")
    changed = preferences.change(_link(amina.pk), language="", name="", weeks="2", now=WEDNESDAY)
    assert preferences.paused(changed, WEDNESDAY + timedelta(weeks=2)) is None


@pytest.mark.parametrize("weeks", ["3", "-1", "999999999", "٢", "\0", "x" * 500])
def test_a_pause_that_is_none_of_ours_changes_nothing(weeks: str) -> None:
    amina = reader("amina@example.org")
    with pytest.raises(Refused, match="no pause"):
        preferences.change(_link(amina.pk), language="en", name="A", weeks=weeks, now=WEDNESDAY)
    amina.refresh_from_db()
    assert (amina.language, amina.name, amina.paused_until) == ("fr", "", None)
