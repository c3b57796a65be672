"""The two databases, each of which can be made again what it was when a case begins.

Copying a database of PostgreSQL takes 20 ms and leaves each of its sessions a cold catalogue, so
there its rows are put back instead: from a schema beside it, by one function, in 5 ms.
"""

import shutil
from pathlib import Path

from tests.servers import Postgres

#: What the machine itself would have to die for, and these cases kill processes.
_SETTINGS = "fsync = off\nfull_page_writes = off\nautovacuum_naptime = 10\n"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
#: Of processes that were killed in the middle of something.
_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# Constraints and triggers are none of a restoration's business.
_FUNCTION = """
CREATE FUNCTION pristine.restore() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    {acts}
END $$
"""


def postgres() -> Postgres:
    """A PostgreSQL of the suite's own. Raises FileNotFoundError where there is none."""
    return Postgres(_SETTINGS)


class Sqlite:
    """A file, copied."""

    server: Postgres | None = None

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        self.url = f"sqlite:///{self._template}"

    def keep(self) -> None:
        """What stands there now is what each case begins with."""
        from django.db import connection

        connection.close()

    def fresh(self, folder: Path) -> str:
        """As it was kept; the name Django knows it by."""
        return shutil.copyfile(self._template, folder / "mailer.sqlite3").as_posix()


class Cluster:
    """A PostgreSQL, whose rows are put back."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        # As in production, but a frozen process loses its locks after 2 s and not after 30.
        self.url = f"{server.url}?options=-c%20idle_in_transaction_session_timeout%3D2000"

    def keep(self) -> None:
        """What stands there now is what each case begins with."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA pristine")
            cursor.execute(_TABLES)
            tables = [name for (name,) in cursor.fetchall()]
            for name in tables:
                cursor.execute(f'CREATE TABLE pristine."{name}" AS TABLE public."{name}"')
            cursor.execute(_SEQUENCES)
            acts = [_restored(name) for name in tables]
            acts += [_reset(*sequence) for sequence in cursor.fetchall()]
            cursor.execute(_FUNCTION.format(acts="\n    ".join(acts)))

    def fresh(self, folder: Path) -> str:
        """As it was kept; the name Django knows it by."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(_OTHERS)
            cursor.execute("SELECT pristine.restore()")
        return "mailer"


def _restored(table: str) -> str:
    return f'DELETE FROM public."{table}"; INSERT INTO public."{table}" TABLE pristine."{table}";'


def _reset(sequence: str, last: int | None) -> str:
    return f"""PERFORM setval('public."{sequence}"', {last or 1}, {last is not None});"""
