"""A night's press, sorted and offered: what an editor finds in the morning."""

from itertools import count

from mailer.articles.models import Article, Source
from mailer.curation.propose import sort_and_propose
from tests.people import WEDNESDAY, source

_numbers = count(1)
_TOPICS = ("port", "école", "village", "musée", "barrage", "marché", "stade", "forêt")
_DEEDS = ("ouvre", "ferme", "attend", "célèbre", "reçoit", "refuse", "prépare", "annonce")
_TOWNS = ("Rabat", "Fès", "Oujda", "Nador", "Agadir", "Safi", "Tétouan", "Larache")


def night(
    stories: int, *, outlets: int = 1, language: str = "fr", together: int = 0
) -> list[Article]:
    """So many different events, the first `together` of them told by `outlets` papers."""
    papers = [
        source(f"titre-{language}-{next(_numbers)}", language=language) for _ in range(outlets)
    ]
    Article.objects.bulk_create(
        _article(paper, _headline(number), language)
        for number in range(stories)
        for paper in papers[: outlets if number < together else 1]
    )
    sort_and_propose(WEDNESDAY)
    return list(Article.objects.filter(source__in=papers).order_by("pk"))


def _headline(number: int) -> str:
    """Three words that no other headline has, and two that many share."""
    own = " ".join(f"{_TOPICS[number % 8]}{number}x{part}" for part in "abc")
    return f"{_TOWNS[number // 8 % 8]} {_DEEDS[number // 64 % 8]} {own}"


def _article(paper: Source, headline: str, language: str) -> Article:
    address = f"https://{paper.title}.example/{next(_numbers)}"
    return Article(
        source=paper,
        guid=address,
        url=address,
        canonical_url=address,
        title=headline,
        title_key=headline.casefold(),
        lead=f"{headline}, selon nos informations.",
        outlet=paper.title,
        language=language,
        published_at=WEDNESDAY,
        first_seen_at=WEDNESDAY,
        changed_at=WEDNESDAY,
    )
