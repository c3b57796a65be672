import pytest

from mailer.articles.language import language_of

ENABLED = ("fr", "ar", "en")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("افتتاح مقر مجلس الجالية المغربية بالخارج CCME", "ar"),
        ("Le Conseil de la communauté marocaine à l'étranger ouvre ses portes à Rabat", "fr"),
        ("The council of the Moroccan community abroad opens its doors in Rabat today", "en"),
    ],
)
def test_the_text_says_its_language_whatever_the_feed_claims(text: str, expected: str) -> None:
    wrong = "en" if expected == "fr" else "fr"
    assert language_of(text, hint=wrong, enabled=ENABLED) == expected


def test_an_address_says_nothing_of_the_language() -> None:
    text = "سفير جديد بالرباط\nhttps://newspaper.example/article/2904486/new-ambassador-arrives-in-rabat"
    assert language_of(text, hint="", enabled=ENABLED) == "ar"


@pytest.mark.parametrize("text", ["CCME", "2025", "", "Ζητείται βοηθός νοσοκόμα", "加西公社温哥华"])
def test_a_text_that_does_not_say_keeps_the_hint(text: str) -> None:
    assert language_of(text, hint="fr-MA", enabled=ENABLED) == "fr"
    assert language_of(text, hint="", enabled=ENABLED) == ""


def test_with_one_language_in_use_the_model_is_not_asked() -> None:
    assert language_of("Un texte", hint="", enabled=("fr", "ar")) == "fr"
