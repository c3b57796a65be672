"""The press of a morning: who wrote what, and in which story it lies."""

from datetime import datetime

from mailer.articles.models import Article, Source
from mailer.stories.models import Telling
from mailer.stories.sort import sort_new
from tests.people import WEDNESDAY, article, source

EXPOSITION = [
    "Bruxelles : une exposition retrace soixante ans d’immigration marocaine",
    "Une exposition à Bruxelles sur les soixante ans de l’immigration marocaine",
    "L’immigration marocaine racontée par une exposition à Bruxelles",
]
TRANSFERTS = [
    "Les transferts des Marocains du monde progressent de huit pour cent",
    "Marocains du monde : les transferts progressent encore de huit pour cent",
]
OTHERS = [
    "Inondations : trois villages du Souss coupés de la route",
    "Le port de Nador attend ses premiers navires céréaliers",
    "Coupe du trône : les Lionnes reçoivent Agadir samedi soir",
    "Un festival de cinéma amateur réunit quarante lycéens à Fès",
]


def papers(count: int) -> list[Source]:
    """So many newspapers."""
    return [source(f"journal{number}") for number in range(count)]


def publish(titles: list[str], *, lead: str = "", at: datetime = WEDNESDAY) -> list[Article]:
    """An article a title, each in a newspaper of its own."""
    have = list(Source.objects.order_by("pk"))
    have += [source(f"journal{n}") for n in range(len(have), len(titles))]
    return [article(of, title, lead=lead, at=at) for of, title in zip(have, titles, strict=False)]


def story_of(one: Article) -> int:
    """The number of the story that an article is in."""
    return Telling.objects.get(article=one).story_id


def sort() -> int:
    """Sort what waits."""
    return sort_new(WEDNESDAY)
