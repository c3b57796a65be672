"""One spelling for all the spellings of a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.stories.folding import fold, fold_letters


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الإقتصاد", "الاقتصاد"),
        ("الأَمْنُ", "الامن"),
        ("آسفي", "اسفي"),
        ("الحكومة", "الحكومه"),
        ("مستشفى", "مستشفي"),
        ("مســـاء", "مساء"),
        ("٢١ ماي", "21 ماي"),
        ("ﻻ", "لا"),
        ("کتاب", "كتاب"),
        ("Économie", "ECONOMIE"),
        ("cœur", "coeur"),
        ("e\u0301te\u0301", "été"),
        ("L’école", "l école"),
        ("Straße", "strasse"),
    ],
)
def test_two_spellings_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_what_is_no_letter_only_parts_words() -> None:
    assert fold("  « Transferts » : +12,5 % ! ") == "transferts 12 5"


def test_a_pattern_keeps_its_signs_and_its_case() -> None:
    assert fold_letters(r"(?i)Économie\s+أزرق\B") == r"(?i)Economie\s+ازرق\B"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
