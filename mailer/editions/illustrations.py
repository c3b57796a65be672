"""Pictures of articles' own pages, where a publication shows them (a verb).

    drafts of such publications → entries without a picture of ours, whose sources let us show
    theirs → fetched → the drafts compiled anew

What was approved stays as it was seen.
"""

import time
from datetime import datetime

from django.db import transaction

from mailer.articles import illustrating
from mailer.articles.door import Policy
from mailer.articles.models import Article
from mailer.curation import signoff
from mailer.curation.models import Issue, IssueState
from mailer.editions.compile import compile_issue
from mailer.editions.figures import ARTICLE

#: For how long the clock fetches at most before it looks again at what there is to fetch.
SECONDS = 40.0


def fetch_due(now: datetime, policy: Policy) -> int:
    """Fetch what drafts want, and compile those anew to which something came; how many came."""
    until, came = time.monotonic() + SECONDS, 0
    for issue in _awaiting(now):
        if found := fetch_for(issue, policy, until - time.monotonic()):
            came += found
            _compile_draft(issue.pk, now)
    return came


def fetch_for(issue: Issue, policy: Policy, seconds: float = SECONDS) -> int:
    """Fetch what an issue's entries want, for so long at most; how many pictures came."""
    if not issue.publication.article_pictures:
        return 0
    until = time.monotonic() + seconds
    return illustrating.fetch(_wanting(issue), policy, ARTICLE, until=until)


def _awaiting(now: datetime) -> list[Issue]:
    drafts = Issue.objects.filter(state=IssueState.DRAFT, publication__article_pictures=True)
    found = drafts.select_related("publication").order_by("date", "pk")
    return [issue for issue in found if illustrating.due(_wanting(issue), now)]


def _compile_draft(issue_id: int, now: datetime) -> None:
    with transaction.atomic():
        if signoff.hold_still(issue_id).state == IssueState.DRAFT:
            compile_issue(issue_id, now)


def _wanting(issue: Issue) -> list[Article]:
    shown = issue.items.filter(hidden=False, pictureless=False, picture=None)
    items = shown.exclude(article=None).select_related("article__source")
    return [item.article for item in items if item.article]
