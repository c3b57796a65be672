"""What grouping reads of an article."""

from mailer.stories.reading import read, without_dateline


def test_the_title_counts_twice() -> None:
    reading = read("Transferts en hausse", "Les transferts montent", "fr")
    assert reading.words == {"transferts": 3, "hausse": 2, "montent": 1}
    assert reading.stems()["transfert"] == 3


def test_function_words_days_and_years_tell_nothing() -> None:
    assert read("Le vendredi 10 janvier 2020 à la gare", "", "fr").words == {"10": 2, "gare": 2}


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
    near, far = ("mot " * count + "éloigné" for count in (900, 1100))
    assert "eloigne" in read("Titre", near, "fr").words
    assert "eloigne" not in read("Titre", far, "fr").words


def test_a_word_of_the_headline_that_its_text_does_not_repeat_counts_half() -> None:
    text = "Les transferts des Marocains du monde progressent encore."
    told = read("Économie : les transferts progressent", text, "fr").headline
    assert told == {"economie": 0.5, "transferts": 1.0, "progressent": 1.0}
    assert set(read("Économie : les transferts", "", "fr").headline.values()) == {1.0}


def test_a_name_of_two_words_is_one_word_however_it_is_written() -> None:
    one, other = (read(name, "", "ar") for name in ("عبد العزيز", "عبدالعزيز"))
    assert one.words == other.words == {"عبدالعزيز": 2}
    assert "عبد" in read("عبد حر", "", "ar").words
