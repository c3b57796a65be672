"""How alike two articles are."""

from itertools import combinations

import pytest

from mailer.stories.alike import AUTOMATIC, OFFERED, Vector, added, likeness, vectors
from mailer.stories.reading import Reading, read
from tests.stories.told import EXPOSITION, OTHERS, TRANSFERTS


def weighed(*readings: Reading) -> list[Vector]:
    """The vectors of readings in a window of others."""
    return vectors([*readings, *(read(title, "", "fr") for title in OTHERS)])[: len(readings)]


def test_an_article_is_wholly_like_itself_and_one_without_words_like_nothing() -> None:
    one, empty = weighed(read(TRANSFERTS[0], "", "fr"), read("", "", "fr"))
    assert likeness(one, one) == pytest.approx(1)
    assert likeness(one, empty) == likeness(empty, empty) == 0


def test_a_headline_that_the_other_text_tells_makes_two_articles_alike() -> None:
    """Two outlets write one event in other words; the second tells in its text what the first
    puts into its headline.
    """
    first = read(
        "Neuf morts dans les inondations à Larache",
        "Le fleuve est sorti de son lit dans la nuit. Les secours ont évacué le quartier.",
        "fr",
    )
    telling = "Des inondations ont fait neuf morts à Larache, selon la protection civile du fleuve."
    silent = "Les pluies ont emporté une route selon la protection civile, qui surveille le fleuve."
    under = "Le nord sous les eaux après l’orage"
    same, other = (read(under, text, "fr") for text in (telling, silent))
    one, same_vector, other_vector = weighed(first, same, other)
    assert likeness(one, same_vector) >= OFFERED > likeness(one, other_vector)


def test_one_person_and_two_events_are_not_one_story() -> None:
    """Who it is about is most of what both say; their headlines say what happened."""
    who = "Le ministre de l’Éducation Karim Bennani, de passage à Oujda, a parlé à la presse."
    exams = read(
        "Bennani annonce le calendrier des examens du baccalauréat",
        f"{who} Le calendrier des examens du baccalauréat commence en juin.",
        "fr",
    )
    strike = read(
        "Bennani reçoit les syndicats des enseignants en grève",
        f"{who} Les syndicats des enseignants en grève seront reçus lundi.",
        "fr",
    )
    one, other = weighed(exams, strike)
    assert likeness(one, other) < AUTOMATIC


def test_a_headlines_words_count_as_they_are_written() -> None:
    """Stems meet by chance, too: نقابة and نقيب, portes and porteur."""
    same, other = (
        weighed(read("Portes ouvertes au port de Tanger", "", "fr"), read(title, "", "fr"))
        for title in ("Portes ouvertes au port de Nador", "Porteur ouvert au port de Nador")
    )
    assert likeness(*same) > likeness(*other)


def test_the_likeness_of_sums_is_the_sum_over_their_pairs() -> None:
    """Average linkage stands on it."""
    titles = EXPOSITION + TRANSFERTS
    found = weighed(*(read(title, f"{title}. Et la suite.", "fr") for title in titles))
    one, other = found[:3], found[3:]
    pairs = sum(likeness(first, second) for first in one for second in other)
    assert likeness(added(one), added(other)) == pytest.approx(pairs)
    assert all(likeness(a, b) == pytest.approx(likeness(b, a)) for a, b in combinations(found, 2))
