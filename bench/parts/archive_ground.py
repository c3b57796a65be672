"""What an office has after some years, written in seconds: one row is made as the product makes it,
and PostgreSQL writes it again as often as it is wanted, in one statement.
"""

from typing import Any

from django.db import connection
from django.db.models import Model

# The row as it is, but for the columns that vary. A generated row of JSON knows every type.
_COPIES = """
INSERT INTO {table}
SELECT made.* FROM generate_series(1, %s) AS n, {table} AS row,
     LATERAL jsonb_populate_record(row, jsonb_build_object({varied})) AS made
WHERE row.{key} = %s
"""


def copies(row: Model, times: int, /, **varied: str) -> int:
    """Write `row` so many times more; the id of the first.

    `varied` gives a column as SQL of `n`, 1 and up. Ids follow each other where the table makes
    them; else the key is among the columns that vary.
    """
    table, key = row._meta.db_table, row._meta.pk.column
    first = 0
    with connection.cursor() as cursor:
        if key == "id":
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
            first = cursor.fetchone()[0] + 1
            varied = {"id": f"{first - 1} + n", **varied}
        pairs = ", ".join(f"'{name}', {words}" for name, words in varied.items())
        statement = _COPIES.format(table=table, key=key, varied=pairs)
        cursor.execute(statement, [times, row.pk])
        if key == "id":
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), MAX(id)) FROM {table}"
            )
    return first


def press(articles: int, fresh: int) -> None:
    """So many articles, each a story of its own, decided on but for the newest `fresh`."""
    from mailer.articles.models import Source
    from mailer.curation.models import Proposal
    from mailer.stories.models import SearchText, Story, Telling
    from mailer.stories.search import search_words
    from tests.people import article, review

    first = article(Source.objects.order_by("pk")[0], "Le port en débat au conseil", lead=_LEAD)
    now, publication = first.published_at, review()
    story = Story.objects.create(language="fr", turn=1, created_at=now)
    telling = Telling.objects.create(article=first, story=story, bare=False, runs=b"", read_at=now)
    text = SearchText.objects.create(article=first, words=search_words(first))
    proposal = Proposal.objects.create(
        publication=publication,
        story=story,
        language="fr",
        section=publication.sections.all()[0],
        leader=first,
        state="dropped",
        outlets=1,
        score=1,
        newest_at=now,
    )
    # A year of the press, the newest last: an article each few minutes.
    at = f"now() - make_interval(secs => ({articles} - n) * 300.0)"
    language = "(ARRAY['fr', 'ar', 'en'])[mod(n, 3) + 1]"
    told = "'numéro' || n"
    of_article = copies(
        first,
        articles,
        guid="'old-' || n",
        url="'https://outlet.example/' || n",
        canonical_url="'https://outlet.example/' || n",
        given_url="'https://outlet.example/' || n",
        title=f"'Le port et le marché en débat, ' || {told}",
        title_key=f"'le port et le marche en debat ' || {told}",
        language=language,
        published_at=at,
        first_seen_at=at,
        changed_at=at,
    )
    of_story = copies(story, articles, language=language)
    pair = {"article_id": f"{of_article - 1} + n", "story_id": f"{of_story - 1} + n"}
    copies(telling, articles, read_at=at, **pair)
    copies(text, articles, article_id=pair["article_id"], words="'port marche numero' || n")
    copies(
        proposal,
        articles,
        story_id=pair["story_id"],
        leader_id=pair["article_id"],
        language=language,
        state=f"CASE WHEN n > {articles - fresh} THEN 'new' ELSE 'dropped' END",
        score="1 + mod(n, 7)",
        newest_at=at,
    )


def past(mailing: Any, numbers: int) -> tuple[int, int]:
    """So many numbers that went out before, each with its editions, its mailing and its figures.

    The ids of the first and the last of these mailings.
    """
    from mailer.figures.models import Figure
    from mailer.mailings.models import MailingState
    from mailer.receipts.models import Click

    issue, editions = mailing.issue, list(mailing.issue.editions.order_by("pk"))
    day = "current_date - n::int - 7"
    of_issue = copies(issue, numbers, number="n + 100000", date=day, slot="NULL", state="'sent'")
    of_edition = 0
    for edition in editions:
        of_edition = copies(edition, numbers, issue_id=f"{of_issue - 1} + n")
        click = Click.objects.create(edition=edition, link=1, count=7)
        copies(click, numbers, edition_id=f"{of_edition - 1} + n", count="mod(n, 100)")
    of_mailing = copies(
        mailing,
        numbers,
        issue_id=f"{of_issue - 1} + n",
        kind="'full'",
        state=f"'{MailingState.DONE.value}'",
        created_at="now() - make_interval(days => n::int + 7)",
        finished_at="now() - make_interval(days => n::int + 7)",
        first="0",
        last="-1",
    )
    figure = Figure.objects.create(
        mailing=mailing,
        language="fr",
        domain="",
        recipients=30_000,
        accepted=29_900,
        refused=60,
        uncertain=40,
        unsubscribed=3,
        counted_at=mailing.created_at,
    )
    for domain in range(30):
        name = f"'domain{domain}.example'"
        copies(figure, numbers, mailing_id=f"{of_mailing - 1} + n", domain=name)
    figure.delete()
    return of_mailing, of_mailing + numbers - 1


def reports(mailing: Any, before: tuple[int, int], count: int) -> None:
    """So many bounces of a month, and so many acts of the trail; `before` are ids of mailings."""
    from django.utils import timezone

    from mailer.receipts.models import Receipt
    from mailer.subscribers.models import Subscriber
    from mailer.trail.models import Area
    from mailer.trail.note import note

    first = Subscriber.objects.order_by("pk")[0].pk
    report = Receipt.objects.create(
        key="report",
        way="mailbox",
        received_at=timezone.now(),
        verdict="hard",
        outcome="suppressed",
        mailing=mailing,
        subscriber_id=first,
        domain="example.org",
        provider="example.org",
    )
    at = f"now() - make_interval(secs => n * (30 * 86400.0 / {count}))"
    person = f"{first} + mod(n, 1000)"
    # A fifth of them of the one mailing, the others of those before it, from a hundred domains.
    first_past, last_past = before
    among = f"{first_past} + mod(n, {last_past - first_past + 1})"
    copies(
        report,
        count,
        key="'report-' || n",
        received_at=at,
        subscriber_id=person,
        mailing_id=f"CASE WHEN mod(n, 5) = 0 THEN {mailing.pk} ELSE {among} END",
        domain="'domain' || mod(n, 100) || '.example'",
    )
    act = note(
        "issue.changed", "Issue %(issue)s was changed", Area.ISSUE, mailing.issue_id, issue=1
    )
    copies(act, count, at=at, about="mod(n, 300)")


_LEAD = "Un chapô qui dit l’essentiel en deux phrases, avec un chiffre. " * 3
