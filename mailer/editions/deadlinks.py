"""Links that lead nowhere: every entry's address is looked at before its issue leaves (a verb).

    never looked at ──┐
    looked at ────────┴── LOOK_AGAIN later ──→ one GET through the guarded door, each host in its
                                               turn ──→ dead, well, or unknown

Unknown is whatever a person might still open: a site that refuses machines, one that is down just
now. Only what a site itself calls gone is called dead, and a host that has no address while others
have one; so a machine that is cut off from the network accuses nobody.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from django.db.models import QuerySet

from mailer.articles.asking import Ask, Asking
from mailer.articles.door import NO_HOST, Policy
from mailer.articles.errands import Errand, host_of, many
from mailer.curation.models import Issue, IssueState
from mailer.editions.models import LinkCheck
from mailer.errors import FetchError

#: A link that was looked at is looked at again after this; and forgotten when nobody asks any more.
LOOK_AGAIN, FORGET = timedelta(hours=12), timedelta(days=30)
#: How many are looked at in one go, and for how many seconds.
AT_ONCE, SECONDS = 200, 60.0
_GONE = (404, 410)


def dead(urls: Iterable[str]) -> frozenset[str]:
    """Those of `urls` that were found dead when they were last looked at."""
    digests = {digest_of(url): url for url in urls if url}
    found = LinkCheck.objects.filter(digest__in=digests, dead=True).values_list("digest", flat=True)
    return frozenset(digests[digest] for digest in found)


def due(now: datetime) -> list[str]:
    """Addresses of the issues that are on the bench, not looked at lately, oldest issue first."""
    open_ones = Issue.objects.filter(state__in=[IssueState.DRAFT, IssueState.APPROVED])
    urls = dict.fromkeys(url for issue in open_ones.order_by("date", "pk") for url in _urls(issue))
    digests = {digest_of(url): url for url in urls}
    fresh = set(
        _known(digests).filter(checked_at__gt=now - LOOK_AGAIN).values_list("digest", flat=True)
    )
    return [url for digest, url in digests.items() if digest not in fresh][:AT_ONCE]


def look_at_due(now: datetime, policy: Policy) -> int:
    """Look at the links that are due, and note what was found; how many were looked at."""
    LinkCheck.objects.filter(checked_at__lt=now - FORGET).delete()
    errands = [Errand(host_of(url), partial(_visit, url)) for url in due(now)]
    seen = dict(many(errands, policy, until=time.monotonic() + SECONDS))
    online = any(isinstance(answer, int) for answer in seen.values())
    for url, answer in seen.items():
        told = {"dead": is_dead(answer, online), "checked_at": now}
        LinkCheck.objects.update_or_create(digest=digest_of(url), defaults=told)
    return len(seen)


def is_dead(answer: int | FetchError, online: bool) -> bool:
    """Whether a status, or the refusal there was instead, says that nothing is there any more."""
    if isinstance(answer, int):
        return answer in _GONE
    return online and answer.message == NO_HOST


def _visit(url: str) -> Asking[tuple[str, int | FetchError]]:
    try:
        answer = yield Ask(url)
    except FetchError as refusal:
        return url, refusal
    return url, answer.status


def _urls(issue: Issue) -> list[str]:
    shown = issue.items.filter(hidden=False)
    pairs = shown.values_list("url", "article__url")
    return [
        url for own, its in pairs if (url := own or its or "").startswith(("http://", "https://"))
    ]


def _known(digests: Iterable[str]) -> QuerySet[LinkCheck]:
    return LinkCheck.objects.filter(digest__in=list(digests))


def digest_of(url: str) -> str:
    """What an address is kept under."""
    return sha256(url.encode("utf-8", "replace")).hexdigest()
