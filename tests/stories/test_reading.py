"""What grouping reads of an article."""

from mailer.stories.reading import read, without_dateline


def test_the_title_counts_twice() -> None:
    reading = read("Transferts en hausse", "Les transferts montent", "fr")
    assert reading.stems["transfert"] == 3
    assert reading.stems["hauss"] == 2


def test_function_words_days_and_years_tell_nothing() -> None:
    assert read("Le vendredi 10 janvier 2020 à la gare", "", "fr").stems == {"10": 2, "gare": 2}


def test_a_dateline_is_dropped() -> None:
    for text in (
        "RABAT, 12 mai (MAP) – Le Conseil a ouvert.",
        "Rabat – Le Conseil a ouvert.",
        "PARIS (Reuters) - Le Conseil a ouvert.",
    ):
        assert without_dateline(text) == "Le Conseil a ouvert."
    assert without_dateline("الرباط (و م ع) - افتتح المجلس") == "افتتح المجلس"


def test_a_sentence_is_no_dateline() -> None:
    plain = "Le Conseil a ouvert, à Bruxelles, une exposition sur soixante ans d’immigration. Fin."
    assert without_dateline(plain) == plain
    assert without_dateline("Le porte-parole a dit non.") == "Le porte-parole a dit non."


def test_a_title_of_few_words_is_bare() -> None:
    assert read("Revue de presse du 12 mai", "", "fr").bare
    assert not read("Les transferts des Marocains du monde progressent", "", "fr").bare


def test_only_the_beginning_of_a_text_is_read() -> None:
    far = "mot " * 700 + "éloigné"
    assert "eloign" not in read("Titre", far, "fr").stems
