"""The database's schema, brought up to date before a command needs it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from mailer.errors import N_, Refused

#: Any number will do, as long as every mailer on this database uses the same.
_ADVISORY_LOCK = 0x6D61696C6572


def bring_up_to_date() -> None:
    """Apply what is missing; two commands that start together do it once.

    Refused when the `mailer up` that runs on this data folder works on another database.
    """
    if settings.RUNNING_DATABASE not in ("", settings.DATABASE_TAG):
        raise Refused(
            N_(
                "The `mailer up` that runs on %(folder)s works on another database: set "
                "DATABASE_URL as it was set there, or name another folder with MAILER_DATA."
            ),
            folder=str(settings.MAILER_DATA),
        )
    if _missing():
        with _alone():
            if _missing():
                call_command("migrate", verbosity=0, interactive=False)


def _missing() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])
        return
    with (settings.MAILER_DATA / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
