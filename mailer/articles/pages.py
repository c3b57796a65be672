"""Looking at articles' own pages for what their feeds left out (verb).

    due → claimed, its next look put off → fetched in its host's turn → read in the child → filled

Once per article: a page that was read is never asked for again. One that does not answer is tried
twice more.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from mailer.articles.answers import FINAL, Fetched, refusal
from mailer.articles.asking import Ask, Asking
from mailer.articles.canonical import shown
from mailer.articles.door import Policy
from mailer.articles.enrich import again, fill
from mailer.articles.errands import Errand, host_of, many
from mailer.articles.facts import PageFacts
from mailer.articles.models import Article
from mailer.articles.reader import Reader, kept_reader
from mailer.articles.store import words_of
from mailer.errors import FetchError, ParseError

_AT_ONCE = 500
#: A page that is being looked at is another's for so long; then it is due again.
_LEASE = timedelta(minutes=10)


def due_pages(now: datetime) -> list[int]:
    """The ids of the articles whose page is to be looked at, the newest first, at most 500."""
    due = Article.objects.filter(page_due_at__lte=now).order_by("-published_at")
    return list(due.values_list("pk", flat=True)[:_AT_ONCE])


def look(policy: Policy, *, until: float | None = None, reader: Reader | None = None) -> int:
    """Look at the pages that are due, none begun after `until` (monotonic seconds); how many."""
    reader = reader or kept_reader()
    return sum(many(_errands(due_pages(timezone.now()), reader), policy, until=until))


def _errands(ids: list[int], reader: Reader) -> Iterator[Errand[int]]:
    articles = Article.objects.filter(pk__in=ids).in_bulk()
    down: set[str] = set()  # hosts that did not answer: their other pages are left for later
    for pk in ids:
        if article := articles.get(pk):
            host = host_of(article.url)
            yield Errand(host, partial(_begun, article, host, down, reader))


def _begun(article: Article, host: str, down: set[str], reader: Reader) -> Asking[int] | None:
    now = timezone.now()
    due = Article.objects.filter(pk=article.pk, page_due_at__lte=now)
    if host in down:
        due.update(page_due_at=again(1, now))
        return None
    claimed = due.update(page_due_at=now + _LEASE, page_tries=article.page_tries + 1)
    return _look(article, host, down, reader) if claimed else None


def _look(article: Article, host: str, down: set[str], reader: Reader) -> Asking[int]:
    tries = article.page_tries + 1
    try:
        fetched = yield Ask(article.url)
        if refusal(fetched.status, shown(article.url)):
            _put_off(article, None if fetched.status in FINAL else again(tries, timezone.now()))
            return 0
        _fill(article, _read(article, fetched, reader))
    except ParseError:
        _put_off(article, None)
        return 0
    except FetchError:
        down.add(host)
        _put_off(article, again(tries, timezone.now()))
        return 0
    return 1


def _read(article: Article, fetched: Fetched, reader: Reader) -> PageFacts:
    return reader.read_page(
        fetched.body,
        content_type=fetched.content_type,
        url=shown(fetched.final_url),
        hint=article.language,
    )


def _put_off(article: Article, until: datetime | None) -> None:
    Article.objects.filter(pk=article.pk).update(page_due_at=until)


def _fill(article: Article, facts: PageFacts) -> None:
    """Write what the page says, onto the row as it is now: a feed may have changed it meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        row = Article.objects.select_for_update().get(pk=article.pk)
        filled = fill(words_of(row), facts, published_at=row.published_at, dated=row.dated, now=now)
        given = row.given_url or row.canonical_url
        changed = filled.words != words_of(row)
        Article.objects.filter(pk=row.pk).update(
            **asdict(filled.words),
            canonical_url=_address(row, facts.canonical_url),
            given_url=given,
            published_at=filled.published_at,
            dated=filled.dated,
            paywalled=filled.paywalled,
            page_read_at=now,
            page_due_at=None,
            changed_at=now if changed else row.changed_at,
        )


def _address(row: Article, named: str) -> str:
    """The address the page names, unless another article has it: then that one is the same text."""
    taken = not named or Article.objects.filter(canonical_url=named).exclude(pk=row.pk).exists()
    return row.canonical_url if taken else named
