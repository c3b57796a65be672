"""The index that the archive is searched by, of each database's own kind (searching.py)."""

from typing import Any

from django.db import migrations

_POSTGRESQL = """
CREATE INDEX editions_search ON editions_archivedentry USING gin (to_tsvector('simple', words));
"""
# External content: the words stand once, in the table; the triggers keep the index in step.
_SQLITE = """
CREATE VIRTUAL TABLE editions_search USING fts5(
    words, content='editions_archivedentry', content_rowid='id');
CREATE TRIGGER editions_search_insert AFTER INSERT ON editions_archivedentry BEGIN
    INSERT INTO editions_search(rowid, words) VALUES (new.id, new.words)| END;
CREATE TRIGGER editions_search_delete AFTER DELETE ON editions_archivedentry BEGIN
    INSERT INTO editions_search(editions_search, rowid, words)
    VALUES ('delete', old.id, old.words)| END;
CREATE TRIGGER editions_search_update AFTER UPDATE ON editions_archivedentry BEGIN
    INSERT INTO editions_search(editions_search, rowid, words)
    VALUES ('delete', old.id, old.words)|
    INSERT INTO editions_search(rowid, words) VALUES (new.id, new.words)| END;
"""
_UNDO = {
    "postgresql": "DROP INDEX editions_search;",
    "sqlite": """
DROP TRIGGER editions_search_insert;
DROP TRIGGER editions_search_delete;
DROP TRIGGER editions_search_update;
DROP TABLE editions_search;
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
    dependencies = [("editions", "0004_archive")]
    operations = [migrations.RunPython(make, undo)]
