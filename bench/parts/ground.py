"""What our side of a benchmark stands on: a PostgreSQL and a Redis of its own, an issue, readers.

PostgreSQL keeps its defaults but for `shared_buffers = 256MB`: fsync, full_page_writes and
synchronous_commit are on, as in production. Both servers listen on sockets in a temporary folder.
"""

import os
import random
import shutil
import tempfile
import time
from argparse import Namespace
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bench.parts.prose import SYLLABLES, words
from tests.servers import Postgres, Redis

if TYPE_CHECKING:
    from mailer.curation.models import Issue
    from mailer.editions.models import Edition

#: Headers that a rival writes by itself, and those of its own for each person.
_THEIR_OWN = {
    *("subject", "from", "to", "date", "message-id", "list-unsubscribe"),
    *("mime-version", "content-type", "content-transfer-encoding"),
}
#: How near an issue's mails must come to the size that was asked for.
_NEAR = 0.03

# Confirmed readers of the one list, of each language by turns, in one statement: a million of them
# take some ten seconds.
_READERS = """
WITH made AS (
    INSERT INTO subscribers_subscriber
        (email, email_key, name, language, attributes, created_at)
    SELECT 'reader' || n || '@example.org', 'reader' || n || '@example.org', 'Reader ' || n,
           (ARRAY['fr', 'ar', 'en'])[mod(n, 3) + 1], '{}', now()
    FROM generate_series(1, %s) AS n
    RETURNING id
)
INSERT INTO subscribers_subscription
    (subscriber_id, mailing_list_id, state, round, requested_at, confirmed_at)
SELECT made.id, list.id, 'confirmed', 1, now(), now()
FROM made, subscribers_mailinglist AS list
WHERE list.slug = 'revue-de-presse'
"""


@dataclass(frozen=True, slots=True)
class Page:
    """An edition as a rival gets it: its links read `{link}`, its headers are everybody's."""

    subject: str
    html: str
    text: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """An approved issue: its id, the mean size of its mails in bytes, its editions."""

    issue: int
    articles: int
    size: int
    pages: list[Page]


class Ground:
    """The two servers, and Django on them; a context manager."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._audience = -1

    def __enter__(self) -> Self:
        self.database = self._stack.enter_context(Postgres())
        self.redis = self._stack.enter_context(Redis())
        folder = Path(tempfile.mkdtemp(prefix="mailer-bench-"))
        self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
        self.folder = folder
        for name in ("SMTP_URL", "MAILER_BOUNCE_DOMAIN", "MAILER_FROM"):
            os.environ.pop(name, None)
        os.environ |= {
            "DATABASE_URL": self.database.url,
            "REDIS_URL": self.redis.url,
            "MAILER_DATA": str(folder),
            "MAILER_LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "mailer.settings",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        self._sources()
        return self

    def __exit__(self, *_: object) -> None:
        from django.db import connection

        connection.close()
        self._stack.close()

    def sheet(self, size: int) -> Sheet:
        """An issue in three languages, from the real templates, whose mails are about so large."""
        known = {0: 0, 10: self._trial(10).size}
        while True:
            (few, small), (many, large) = sorted(known.items())[-2:]
            articles = max(1, round(few + (size - small) * (many - few) / (large - small)))
            made = self._trial(articles)
            if abs(made.size - size) <= _NEAR * size or articles in known:
                return made
            known[articles] = made.size

    def readers(self, count: int) -> None:
        """Let the list have so many confirmed readers.

        The mailings they had stay in the ledger, vacuumed and analyzed: PostgreSQL's planner then
        knows a table of settled deliveries and nothing of the new ones, as it does on every day but
        the first.
        """
        from django.db import connection

        with connection.cursor() as cursor:
            if self._audience != count:
                cursor.execute(
                    "TRUNCATE subscribers_subscriber, subscribers_subscription,"
                    " subscribers_consent, mailings_mailing CASCADE"
                )
                cursor.execute(_READERS, [count])
                cursor.execute("VACUUM ANALYZE subscribers_subscriber, subscribers_subscription")
                self._audience = count
            cursor.execute("VACUUM ANALYZE mailings_delivery")
            cursor.execute("CHECKPOINT")

    def fan_out(self, issue: int, kind: str = "correction") -> tuple[int, float]:
        """A mailing of an issue to all readers, of which nothing has left; its id and seconds.

        An issue has one full mailing, and as many corrections as a benchmark has rounds.
        """
        from django.utils import timezone

        from mailer.mailings import fanout

        began = time.perf_counter()
        mailing = fanout.start(issue, None, timezone.now(), kind)
        return mailing.pk, time.perf_counter() - began

    def _sources(self) -> None:
        from tests.people import source

        self.sources = {
            language: source(f"outlet-{language}", "immigration-marocaine", language)
            for language in SYLLABLES
        }

    def _trial(self, articles: int) -> Sheet:
        from django.utils import timezone

        from mailer.curation.compose import draft_issue
        from mailer.editions.compile import compile_issue
        from mailer.editions.freeze import issue_checksum, sign
        from tests.people import article, review

        now = timezone.now()
        for language in SYLLABLES:
            for number in range(articles):
                chance = random.Random(f"{language} {articles} {number}")
                title, lead = words(chance, language, 9), words(chance, language, 27)
                article(self.sources[language], title, lead=f"{lead}.", at=now)
        issue = draft_issue(review(), now=timezone.now())
        compile_issue(issue.pk, timezone.now())
        sign(issue.pk, issue_checksum(issue.pk), None, timezone.now())
        return self._weigh(issue, articles)

    def _weigh(self, issue: "Issue", articles: int) -> Sheet:
        from mailer.cli.render import run as render
        from mailer.editions.models import Edition

        folder = self.folder / f"issue-{issue.pk}"
        render(Namespace(issue=issue.pk, out=folder, json=True))
        mails = [path.stat().st_size for path in folder.glob("*.eml")]
        pages = [_page(one, folder) for one in Edition.objects.filter(issue=issue)]
        return Sheet(issue.pk, articles, sum(mails) // len(mails), pages)


def _page(edition: "Edition", folder: Path) -> Page:
    mail = (folder / f"{edition.language}.eml").read_bytes()
    head = message_from_bytes(mail.partition(b"\r\n\r\n")[0], policy=policy.default)
    return Page(
        subject=edition.subject,
        html=_with_links(edition.html, edition.nonce),
        text=_with_links(edition.text, edition.nonce),
        headers={name: value for name, value in head.items() if name.lower() not in _THEIR_OWN},
    )


def _with_links(words: str, nonce: str) -> str:
    """An edition whose holes a rival fills by itself: each reads `{link}`."""
    from mailer.mime.segments import marker

    for name in ("unsubscribe_url", "preferences_url"):
        words = words.replace(marker(nonce, name), "{link}")
    return words
