"""The pictures of articles' own pages, fetched for whoever may show them (verb).

    wanted → claimed, its next look put off → fetched in its host's turn, through the guarded door
           → made small and written anew in the child → kept as a picture of ours

Once per address: what was kept, or can never be shown, is not asked for again. A host that does
not answer is tried twice more.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from mailer.articles.answers import FINAL, refusal
from mailer.articles.asking import Ask, Asking
from mailer.articles.canonical import shown
from mailer.articles.door import Policy
from mailer.articles.enrich import again
from mailer.articles.errands import Errand, host_of, many
from mailer.articles.models import Article, Illustration
from mailer.articles.reader import Reader, kept_reader
from mailer.articles.rights import may_show
from mailer.errors import FetchError, ParseError
from mailer.pictures.prepared import Room
from mailer.pictures.store import store

#: A picture that is being fetched is another's for so long; then it is due again.
_LEASE = timedelta(minutes=10)
#: Narrower than this, in dots, it is a logo or a thumbnail, and no picture to look at.
NARROWEST = 280


def due(articles: Iterable[Article], now: datetime) -> list[Article]:
    """Those whose picture may be shown and is to be asked for, each once."""
    found = {one.pk: one for one in articles if _address(one)}
    known = Illustration.objects.filter(article__in=found.values()).only("article", "url", "due_at")
    settled = {
        one.article_id
        for one in known
        if one.url == found[one.article_id].image_url and (one.due_at is None or one.due_at > now)
    }
    return [article for pk, article in found.items() if pk not in settled]


def fetch(
    articles: Iterable[Article],
    policy: Policy,
    room: Room,
    *,
    until: float | None = None,
    reader: Reader | None = None,
) -> int:
    """Fetch the pictures that are due, none begun after `until` (monotonic); how many were kept."""
    reader, now = reader or kept_reader(), timezone.now()
    errands = [
        Errand(host_of(one.image_url), partial(_begun, one, room, reader))
        for one in due(articles, now)
    ]
    return sum(many(errands, policy, until=until)) if errands else 0


def _address(article: Article) -> str:
    """Where an article's picture is, if its source lets us show it."""
    url = may_show(article.source.rights, lead="", image_url=article.image_url).image_url
    return url if url.startswith(("http://", "https://")) else ""


def _begun(article: Article, room: Room, reader: Reader) -> Asking[int] | None:
    now, url = timezone.now(), article.image_url
    one, _ = Illustration.objects.get_or_create(
        article=article, defaults={"url": url, "due_at": now}
    )
    if one.url != url:
        Illustration.objects.filter(pk=one.pk, url=one.url).update(url=url, tries=0, due_at=now)
    free = Illustration.objects.filter(pk=one.pk, url=url, due_at__lte=now)
    tries = 1 if one.url != url else one.tries + 1
    claimed = free.update(due_at=now + _LEASE, tries=tries)
    return _look(one, url, tries, room, reader) if claimed else None


def _look(one: Illustration, url: str, tries: int, room: Room, reader: Reader) -> Asking[int]:
    row = Illustration.objects.filter(pk=one.pk, url=url)
    later = again(tries, timezone.now())
    try:
        fetched = yield Ask(url)
        if refusal(fetched.status, shown(url)):
            row.update(due_at=None if fetched.status in FINAL else later)
            return 0
        made = reader.read_picture(fetched.body, url=shown(fetched.final_url), room=room)
    except ParseError:
        row.update(picture=None, due_at=None)
        return 0
    except FetchError:
        row.update(due_at=later)
        return 0
    is_one = made.width >= NARROWEST
    row.update(picture=store(made, timezone.now()) if is_one else None, due_at=None)
    return int(is_one)
