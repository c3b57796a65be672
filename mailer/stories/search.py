"""Searching articles by folded words, in the database's own index.

Every word of a question must be found: as the beginning of a word, or by its stem. PostgreSQL has
an index over `to_tsvector('simple', words)`, SQLite an FTS5 table; both know nothing of languages,
for the words are folded and stemmed before they come there.
"""

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from mailer.articles.models import Article
from mailer.stories.folding import words
from mailer.stories.models import SearchText
from mailer.stories.reading import content
from mailer.stories.stems import stem

_MOST_WORDS = 8
_LONGEST = 40  # characters of a word that are looked for

_POSTGRESQL = (
    "SELECT article_id FROM stories_searchtext"
    " WHERE to_tsvector('simple', words) @@ to_tsquery('simple', %s)"
)
_SQLITE = "SELECT rowid FROM stories_search WHERE stories_search MATCH %s"


def search_words(article: Article) -> str:
    """What an article is found by: its folded words, and their stems where they differ."""
    told = words(f"{article.title} {article.outlet} {article.author} {article.lead}")
    stems = {stem(word, article.language) for word in content(told, article.language)} - set(told)
    return " ".join([*told, *sorted(stems)])


def asked(question: str, language: str) -> str:
    """A question as this database's index takes it; empty for a question of no word."""
    told = [word[:_LONGEST] for word in words(question)][:_MOST_WORDS]
    if connection.vendor == "postgresql":
        return " & ".join(f"({word}:* | {stem(word, language)}:*)" for word in told)
    return " AND ".join(f'("{word}"* OR "{stem(word, language)}"*)' for word in told)


def found_by(question: str, language: str) -> Q | None:
    """The condition on `SearchText` rows that a question makes; None for a question of no word."""
    told = asked(question, language)
    if not told:
        return None
    statement = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    return Q(pk__in=RawSQL(statement, [told]))  # noqa: S611 - the question is a parameter


def search(question: str, language: str) -> QuerySet[SearchText]:
    """The rows of the articles that a question finds; none for a question of no word."""
    condition = found_by(question, language)
    return SearchText.objects.filter(condition) if condition else SearchText.objects.none()
