"""The forms of a word have one stem; different words keep different ones."""

import pytest

from mailer.stories.folding import fold
from mailer.stories.stems import stem


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("ar", ["المغربية", "مغربية", "والمغربية", "بالمغربية", "مغربي"]),
        ("ar", ["الانتخابات", "انتخابات", "للانتخابات"]),
        ("ar", ["المهاجرين", "المهاجرون", "مهاجرين"]),
        ("fr", ["transfert", "transferts"]),
        ("fr", ["marocain", "marocaine", "marocains", "marocaines"]),
        ("fr", ["élection", "élections"]),
        ("es", ["inmigrante", "inmigrantes"]),
        ("es", ["marroquí", "marroquíes"]),
        ("en", ["migrant", "migrants"]),
        ("en", ["arrest", "arrested"]),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, forms: list[str]) -> None:
    assert len({stem(fold(form), language) for form in forms}) == 1


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("ar", "كتاب", "مكتب"),
        ("ar", "المغرب", "الجزائر"),
        ("fr", "guerre", "guérison"),
        ("es", "paro", "parque"),
    ],
)
def test_different_words_keep_different_stems(language: str, one: str, other: str) -> None:
    assert stem(fold(one), language) != stem(fold(other), language)


def test_a_short_word_and_a_number_stay_whole() -> None:
    assert stem("onu", "fr") == "onu"
    assert stem("covid19s", "fr") == "covid19s"
    assert stem("nachrichten", "de") == "nachrichten"
