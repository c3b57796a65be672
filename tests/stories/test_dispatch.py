"""Who carries whose dispatch."""

from mailer.stories.dispatch import dispatches
from mailer.stories.reading import read

MAP = (
    "Le Conseil de la communauté marocaine à l’étranger a ouvert mercredi à Bruxelles une "
    "exposition qui retrace soixante ans d’immigration, en présence de nombreux invités venus "
    "de toute la Belgique et du Maroc."
)


def found(*told: tuple[int, str]) -> list[tuple[int, int]]:
    readings = [read("Un titre", text, "fr") for _, text in told]
    sources = [source for source, _ in told]
    return list(dispatches(readings, sources, [True] * len(told)))


def test_the_same_text_under_other_titles_is_one_dispatch() -> None:
    assert found((1, MAP), (2, "BRUXELLES (MAP) – " + MAP), (3, MAP + " Lire aussi.")) == [
        (0, 1),
        (0, 2),
        (1, 2),
    ]


def test_half_of_the_shorter_text_is_enough_and_less_is_not() -> None:
    """Texts of 28 words have 24 runs of five; 16 words in common are 12 of them, 15 are 11."""
    theirs = [f"mot{number}" for number in range(28)]
    own = [f"propre{number}" for number in range(28)]
    for common, pairs in ((16, [(0, 1)]), (15, [])):
        other = theirs[:common] + own[common:]
        assert found((1, " ".join(theirs)), (2, " ".join(other))) == pairs


def test_the_furniture_of_a_source_is_no_dispatch() -> None:
    furniture = "Abonnez-vous dès maintenant à notre lettre pour recevoir chaque matin l’essentiel "
    furniture += "de l’actualité du pays et de la région dans votre boîte "
    own = [(1, furniture + number) for number in ("un", "deux", "trois")]
    assert found(*own, (2, furniture)) == []


def test_a_dispatch_that_an_outlet_published_twice_is_known_all_the_same() -> None:
    assert found((1, MAP), (1, MAP), (2, MAP)) == [(0, 2), (1, 2)]


def test_a_short_text_is_nobodys_copy() -> None:
    assert (
        found((1, "Le roi reçoit le ministre à Rabat"), (2, "Le roi reçoit le ministre à Rabat"))
        == []
    )


def test_two_articles_of_one_source_are_no_dispatch() -> None:
    assert found((1, MAP), (1, MAP)) == []
