"""Searching what was published by folded words, in the database's own index.

As the newsroom searches its articles (stories/search.py), and by the same folding: الإقتصاد finds
الاقتصاد, economie finds Économie. Every word of a question must be found, as the beginning of one.
"""

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from mailer.curation.models import Publication
from mailer.editions.archive import PUBLIC
from mailer.editions.models import ArchivedEntry
from mailer.stories.search import asked

_POSTGRESQL = (
    "SELECT id FROM editions_archivedentry"
    " WHERE to_tsvector('simple', words) @@ to_tsquery('simple', %s)"
)
_SQLITE = "SELECT rowid FROM editions_search WHERE editions_search MATCH %s"


def search(publication: Publication, question: str, language: str) -> QuerySet[ArchivedEntry]:
    """The entries of public editions that a question finds, the newest first.

    None for a question of no word. `language` is that of who asks: its stems are looked for too.
    """
    told = asked(question, language)
    if not told:
        return ArchivedEntry.objects.none()
    statement = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    return (
        ArchivedEntry.objects.filter(
            pk__in=RawSQL(statement, [told]),  # noqa: S611 - the question is a parameter
            edition__issue__publication=publication,
            edition__issue__state__in=PUBLIC,
            edition__withdrawn_at=None,
        )
        .select_related("edition__issue")
        .defer("edition__html", "edition__text", "edition__page", "words")
        .order_by("-edition__issue__number", "edition_id", "number")
    )
