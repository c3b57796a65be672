import pytest

from mailer.articles.boilerplate import author_name, without_site_name, without_tails


@pytest.mark.parametrize(
    "tail",
    [
        "The post Un titre appeared first on Le Matin.",
        "The post Un titre first appeared on Le Matin.",
        "L’article Un titre est apparu en premier sur Médias24.",
        "L'article Un titre est apparu en premier sur Médias24",
        "ظهرت المقالة عنوان أولاً على هسبريس.",
        "[…]",
        "[...]",
        "(…)",
        "Lire la suite",
        "… Lire la suite →",
        "Continue reading...",
        "اقرأ المزيد",
        "[…] L’article Un titre est apparu en premier sur Médias24.",
    ],
)
def test_a_tail_that_nobody_wrote_is_cut(tail: str) -> None:
    assert without_tails(f"Le texte du journaliste. {tail}") == "Le texte du journaliste."
    assert without_tails(tail) == ""


def test_the_same_words_inside_a_text_stay() -> None:
    text = "x"
    assert without_tails(text) == text


@pytest.mark.parametrize("separator", [" - ", " | ", " – ", " : "])
def test_the_name_of_the_site_is_cut_from_the_end_of_a_title(separator: str) -> None:
    assert without_site_name(f"Le roi à Dakar{separator}LE MATIN", "Le Matin") == "Le roi à Dakar"


def test_a_title_that_only_resembles_the_site_stays() -> None:
    assert without_site_name("Débat - Le matin calme", "Le Matin") == "Débat - Le matin calme"
    assert without_site_name("Le Matin", "Le Matin") == "Le Matin"
    assert without_site_name("Titre - ", "") == "Titre - "


@pytest.mark.parametrize(
    "byline",
    [
        "Rédaction",
        "La Rédaction",
        "Équipe de rédaction",
        "admin",
        "هيئة التحرير",
        "noreply@h.ma",
        "",
    ],
)
def test_a_generic_author_is_no_author(byline: str) -> None:
    assert author_name(byline) == ""


@pytest.mark.parametrize(
    "byline",
    ["Amina Idrissi", "Par Amina Idrissi", "amina@h.ma (Amina Idrissi)", "Amina Idrissi <a@h.ma>"],
)
def test_a_person_is_an_author(byline: str) -> None:
    assert author_name(byline) == "Amina Idrissi"
