"""`./run bench inbox`: what a page of the inbox costs at the server with 100,000 articles stored.

The rival in the same run is the same page with 500 articles: a page must cost what it shows, and
not what is stored. On the database of DATABASE_URL, else on an SQLite file of its own; what it
wrote is thrown away.
"""

import os
import tempfile
from collections.abc import Callable
from statistics import median
from time import perf_counter

os.environ["MAILER_DATA"] = tempfile.mkdtemp(prefix="mailer-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "mailer.settings"
os.environ["MAILER_LOG_LEVEL"] = "ERROR"

import django

django.setup()

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment
from django.utils import timezone

FEW, MANY = 500, 100_000
RUNS = 9
PLACE = "/desk/inbox/revue-de-presse/"
_WORDS = [
    "port",
    "école",
    "village",
    "musée",
    "barrage",
    "marché",
    "stade",
    "forêt",
    "santé",
    "budget",
    "récolte",
    "route",
]


def main() -> None:
    """Print the medians at both sizes."""
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0)
    try:
        _measure()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def _measure() -> None:
    from mailer.web.roles import EDITOR
    from tests.people import source
    from tests.web.staff import at_work

    client, paper = at_work(EDITOR, "salma"), source("matin")
    _fill(paper, 0, FEW)
    few = _timed(client)
    _fill(paper, FEW, MANY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    many = _timed(client)
    print(f"{connection.vendor}, median of {RUNS} runs: ms with {FEW} articles, with {MANY}, ratio")
    for act, before in few.items():
        print(f"  {act:<34}{before * 1000:7.0f}{many[act] * 1000:7.0f}{many[act] / before:7.2f}")


def _fill(paper: object, first: int, last: int) -> None:
    """Articles, each a story of its own, as sorting and proposing leave them."""
    from mailer.articles.models import Article
    from mailer.curation.models import Proposal
    from mailer.stories.models import SearchText, Story, Telling
    from mailer.stories.search import search_words
    from tests.people import review

    publication, now = review(), timezone.now()
    section = publication.sections.all()[0]
    for start in range(first, last, 2000):
        articles = Article.objects.bulk_create(
            _article(paper, number, now - timedelta(minutes=last - number))
            for number in range(start, min(start + 2000, last))
        )
        stories = Story.objects.bulk_create(
            Story(language="fr", turn=1, created_at=now) for _ in articles
        )
        both = list(zip(articles, stories, strict=True))
        Telling.objects.bulk_create(
            Telling(article=a, story=s, bare=False, runs=b"", read_at=now) for a, s in both
        )
        SearchText.objects.bulk_create(
            SearchText(article=a, words=search_words(a)) for a in articles
        )
        Proposal.objects.bulk_create(
            Proposal(
                publication=publication,
                story=story,
                language="fr",
                section=section,
                leader=article,
                # The press of a year was decided on, but for the last night's.
                state="new" if last - number <= FEW else "dropped",
                outlets=1,
                score=1 + number % 7,
                newest_at=article.published_at,
            )
            for number, (article, story) in enumerate(both, start=start)
        )


def _article(paper: object, number: int, at: object) -> object:
    from mailer.articles.models import Article

    words = f"{_WORDS[number % 12]} {_WORDS[number // 12 % 12]} numéro{number}"
    return Article(
        source=paper,
        guid=f"g{number}",
        url=f"https://matin.example/{number}",
        canonical_url=f"https://matin.example/{number}",
        title=f"Le {words} en débat au conseil de la région",
        title_key=words,
        lead=f"Un chapô sur {words}, qui dit l’essentiel en deux phrases. " * 2,
        outlet="Matin",
        language="fr",
        published_at=at,
        first_seen_at=at,
        changed_at=at,
    )


def _timed(client: Client) -> dict[str, float]:
    from mailer.curation.models import Proposal

    stories = iter(
        Proposal.objects.filter(state="new")
        .order_by("-score")
        .values_list("story_id", flat=True)[: RUNS + 1]
    )

    def keep() -> None:
        told = {"story": str(next(stories)), "question": "lang=fr"}
        client.post(f"{PLACE}keep/", told, headers={"hx-request": "true"})

    acts: dict[str, Callable[[], object]] = {
        "a page of 100 stories": lambda: client.get(f"{PLACE}?lang=fr"),
        "the stories that were dropped": lambda: client.get(f"{PLACE}?lang=fr&show=dropped"),
        "a search that finds one": lambda: client.get(f"{PLACE}?lang=fr&q=numero321"),
        "a search that finds a sixth": lambda: client.get(f"{PLACE}?lang=fr&q=ecole"),
        "one story kept": keep,
    }
    return {name: _median(act) for name, act in acts.items()}


def _median(act: Callable[[], object]) -> float:
    act()
    taken = []
    for _ in range(RUNS):
        began = perf_counter()
        act()
        taken.append(perf_counter() - began)
    return median(taken)


if __name__ == "__main__":
    main()
