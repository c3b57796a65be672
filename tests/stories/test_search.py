"""Searching finds a word however it is written, on both databases."""

import pytest

from mailer.articles.models import Article
from mailer.stories.models import SearchText
from mailer.stories.search import newest
from tests.people import article, source
from tests.stories.told import sort

pytestmark = pytest.mark.django_db

ARABIC = "الحكومة تعرض برنامج الإقتصاد التضامني"
FRENCH = "Économie : l’été des coopératives"


@pytest.fixture(autouse=True)
def _press() -> None:
    article(source("sawt", language="ar"), ARABIC)
    article(source("matin"), FRENCH, lead="Les œuvres d’un ministère")
    article(source("soir"), "Un tout autre sujet")
    sort()


def titles(question: str, language: str) -> list[str]:
    found = newest(question, language, 10)
    return list(Article.objects.filter(pk__in=found).values_list("title", flat=True))


@pytest.mark.parametrize(
    "question", ["الاقتصاد", "الإقتصاد", "اقتصاد", "الحكومه", "التضامني الحكومة"]
)
def test_arabic_is_found_whatever_its_alef_hamza_and_ta_marbuta(question: str) -> None:
    assert titles(question, "ar") == [ARABIC]


@pytest.mark.parametrize(
    "question", ["economie", "ÉCONOMIE", "cooperative", "coop", "oeuvre", "matin économie"]
)
def test_french_is_found_without_its_accents_and_by_a_beginning(question: str) -> None:
    assert titles(question, "fr") == [FRENCH]


def test_the_newest_of_many_are_found_first_and_no_more_than_are_wanted() -> None:
    paper = source("nuit")
    last = [article(paper, f"Le conseil, séance {number}").pk for number in range(5)]
    sort()
    assert newest("conseil", "fr", 3) == [last[4], last[3], last[2]]
    assert newest("conseil seance", "fr", 9) == last[::-1]
    assert newest("!!", "fr", 9) == []


def test_every_word_must_be_found() -> None:
    assert titles("économie ministère", "fr") == [FRENCH]
    assert titles("économie hiver", "fr") == []


@pytest.mark.parametrize(
    "question", ["", "  ", "!!", '"', "a:* & (", "') OR 1=1 --", "NEAR(x", "*"]
)
def test_signs_are_no_question_and_break_nothing(question: str) -> None:
    assert len(titles(question, "fr")) <= 3


def test_an_article_that_is_gone_is_found_no_more() -> None:
    SearchText.objects.filter(article__title=FRENCH).delete()
    assert titles("économie", "fr") == []
