"""How the newsroom's words, dates and numbers are set."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.languages import LANGUAGES
from mailer.typesetting.typography import (
    clean,
    cut,
    full_date,
    joined,
    listed,
    local_day,
    mark_line,
    number,
    paragraphs,
    period,
    plain_date,
    quoted,
    set_text,
)

FR, AR, EN = LANGUAGES["fr"], LANGUAGES["ar"], LANGUAGES["en"]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Qui part ? Qui reste?", "Qui part\u202f? Qui reste\u202f?"),
        ("Maroc: la loi", "Maroc\u00a0: la loi"),
        ("Quoi ?!", "Quoi\u202f?!"),
        ("un; deux ; trois", "un\u202f; deux\u202f; trois"),
        ("« Bonjour » et «adieu»", "«\u00a0Bonjour\u00a0» et «\u00a0adieu\u00a0»"),
        ("À 12:30, mailto:x", "À 12:30, mailto:x"),
        ("Voir https://a.ma/?q=1;b: fin", "Voir https://a.ma/?q=1;b: fin"),
        ("Il a dit (quoi ?) non !", "Il a dit (quoi\u202f?) non\u202f!"),
    ],
)
def test_french_punctuation_gets_its_spaces_and_addresses_keep_theirs(
    typed: str, printed: str
) -> None:
    assert set_text(typed, "fr") == printed
    assert set_text(printed, "fr") == printed


def test_english_and_arabic_punctuation_is_left_as_it_is() -> None:
    assert set_text("Who stays? Nobody: sure!", "en") == "Who stays? Nobody: sure!"
    assert set_text("من يبقى؟ لا أحد: نعم", "ar") == "من يبقى؟ لا أحد: نعم"


def test_text_from_outside_loses_what_cannot_be_seen() -> None:
    assert clean("a\x00b\u202ec\u2066d\ufeff") == "abcd"
    assert clean("  e\u0301te\u0301 \r\n\t fini ") == "été fini"
    assert clean("bon\ud800soir") == "bonsoir"
    assert clean("10\u00a0000\u202f% de\u00a0plus") == "10\u00a0000\u202f% de\u00a0plus"


@given(st.text())
def test_cleaned_text_is_clean_and_encodable(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "\n" not in cleaned.encode().decode()


def test_a_staff_text_keeps_its_paragraphs() -> None:
    assert paragraphs("Un\ndeux\r\n\r\n  trois\n\n\n") == ("Un deux", "trois")


@given(st.text(alphabet="ab ,«é\u0301\u00a0ش", max_size=300), st.integers(5, 250))
def test_a_cut_text_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    kept = cut(text, limit)
    assert len(kept) <= limit
    assert kept == text or (kept.endswith("…") and text.startswith(kept[:-1]))


def test_a_text_is_cut_at_a_word() -> None:
    assert cut("Les envois de fonds progressent", 17) == "Les envois de…"
    assert cut("Les envois de fonds, en hausse", 21) == "Les envois de fonds…"
    assert cut("a" * 50, 10) == "a" * 9 + "…"


def test_each_language_has_its_quotation_marks_outside_and_inside() -> None:
    assert quoted("Il dit « non » et part", "fr") == "«\u00a0Il dit “non” et part\u00a0»"
    assert quoted('قال "لا" وذهب', "ar") == "«قال “لا” وذهب»"
    assert quoted("He said “no”", "en") == "“He said ‘no’”"


def test_dates_are_written_as_each_readership_writes_them() -> None:
    day = date(2025, 5, 21)
    assert full_date(day, FR) == "mercredi 21 mai 2025"
    assert full_date(day, AR) == "الأربعاء 21 ماي 2025"
    assert full_date(day, EN) == "Wednesday 21 May 2025"
    assert plain_date(date(2025, 6, 1), FR) == "1er juin 2025"


def test_the_twelve_months_are_those_of_morocco() -> None:
    months = " ".join(plain_date(date(2025, month, 2), AR).split()[1] for month in range(1, 13))
    assert months == "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر"


def test_a_period_names_each_month_and_year_once() -> None:
    assert period(date(2025, 5, 14), date(2025, 5, 20), FR) == "14–20 mai 2025"
    assert period(date(2025, 4, 28), date(2025, 5, 4), AR) == "28 أبريل – 4 ماي 2025"
    assert period(date(2024, 12, 30), date(2025, 1, 5), EN) == "30 December 2024 – 5 January 2025"
    assert period(date(2025, 5, 1), date(2025, 5, 7), FR) == "1er–7 mai 2025"
    assert period(date(2025, 5, 14), date(2025, 5, 14), EN) == "14 May 2025"


def test_the_day_is_that_of_casablanca_in_and_out_of_ramadan() -> None:
    casablanca = ZoneInfo("Africa/Casablanca")
    # In Ramadan (March 2025) the clocks stand at UTC, else an hour before it.
    assert local_day(datetime(2025, 3, 10, 23, 30, tzinfo=UTC), casablanca) == date(2025, 3, 10)
    assert local_day(datetime(2025, 5, 10, 23, 30, tzinfo=UTC), casablanca) == date(2025, 5, 11)


def test_numbers_have_western_digits_and_their_own_separator() -> None:
    assert [number(1234, language) for language in (FR, AR, EN)] == ["1\u202f234", "1.234", "1,234"]


def test_a_latin_name_before_a_number_is_marked_in_arabic_alone() -> None:
    assert joined(["Hespress", "20 ماي 2025"], AR) == "Hespress \u200f· 20 ماي 2025"
    assert joined(["صوت", "", "20 ماي 2025"], AR) == "صوت · 20 ماي 2025"
    assert joined(["Hespress", "20 mai 2025"], FR) == "Hespress · 20 mai 2025"


def test_latin_names_in_an_arabic_list_keep_their_order() -> None:
    assert listed(["Hespress", "صوت", "Le360"], AR) == "Hespress، صوت، \u200fLe360"
    assert listed(["Hespress", "Le360"], FR) == "Hespress, Le360"


def test_an_arabic_line_that_would_begin_left_to_right_is_marked() -> None:
    assert mark_line("1. Frontex تنشر", AR) == "\u200f1. Frontex تنشر"
    assert mark_line("1. وكالة Frontex", AR) == "1. وكالة Frontex"
    assert mark_line("1. Frontex", FR) == "1. Frontex"
    assert mark_line("=======", AR) == "\u200f======="
    assert mark_line("=======", FR) == "======="
