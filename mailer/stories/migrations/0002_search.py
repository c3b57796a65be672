"""The index that articles are searched by, of each database's own kind (search.py)."""

from typing import Any

from django.db import migrations

_POSTGRESQL = """
CREATE INDEX stories_search ON stories_searchtext USING gin (to_tsvector('simple', words));
"""
# External content: the words stand once, in the table; the triggers keep the index in step, also
# when a test or a person empties the table.
_SQLITE = """
CREATE VIRTUAL TABLE stories_search USING fts5(
    words, content='stories_searchtext', content_rowid='article_id');
CREATE TRIGGER stories_search_insert AFTER INSERT ON stories_searchtext BEGIN
    INSERT INTO stories_search(rowid, words) VALUES (new.article_id, new.words)| END;
CREATE TRIGGER stories_search_delete AFTER DELETE ON stories_searchtext BEGIN
    INSERT INTO stories_search(stories_search, rowid, words)
    VALUES ('delete', old.article_id, old.words)| END;
CREATE TRIGGER stories_search_update AFTER UPDATE ON stories_searchtext BEGIN
    INSERT INTO stories_search(stories_search, rowid, words)
    VALUES ('delete', old.article_id, old.words)|
    INSERT INTO stories_search(rowid, words) VALUES (new.article_id, new.words)| END;
"""
_UNDO = {
    "postgresql": "DROP INDEX stories_search;",
    "sqlite": """
DROP TRIGGER stories_search_insert;
DROP TRIGGER stories_search_delete;
DROP TRIGGER stories_search_update;
DROP TABLE stories_search;
""",
}


def _run(schema_editor: Any, statements: str) -> None:
    for statement in filter(None, map(str.strip, statements.split(";"))):
        # Within a trigger a semicolon is part of the statement: it is written | above.
        schema_editor.execute(statement.replace("|", ";"))


def make(apps: Any, schema_editor: Any) -> None:
    _run(
        schema_editor,
        {"postgresql": _POSTGRESQL, "sqlite": _SQLITE}[schema_editor.connection.vendor],
    )


def undo(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, _UNDO[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("stories", "0001_initial")]
    operations = [migrations.RunPython(make, undo)]
