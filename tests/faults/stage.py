"""Where cases play: a database, a Redis and a folder of the suite's own, fresh for each case."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.faults.databases import Cluster, Sqlite, postgres
from tests.servers import Redis

if TYPE_CHECKING:
    from tests.faults.cast import Cast
    from tests.faults.clock import Clock
    from tests.faults.zygote import Child, Plan, Zygote

VENDORS = ("sqlite", "postgresql")


@dataclass
class Stage:
    """All that the cases on one database share."""

    vendor: str
    folder: Path
    database: Sqlite | Cluster
    redis: Redis
    clock: "Clock"
    zygote: "Zygote"
    cast: "Cast"
    tmpfs: bool
    number: int = 0
    name: str = ""
    here: Path = Path()
    children: "list[Child]" = field(default_factory=list)

    def set_up(self) -> None:
        """A fresh copy of the database and an empty folder, for the next case."""
        self.number += 1
        self.here = self.folder / f"case{self.number}"
        self.here.mkdir()
        self.clock.reset()
        name, self.name = self.name, self.database.fresh(self.here)
        if name != self.name:
            self.reconnect()

    def tear_down(self) -> None:
        """Nothing of the case goes on, and nothing stays."""
        for child in self.children:
            child.kill()
        self.children = []
        shutil.rmtree(self.here, ignore_errors=True)

    def reconnect(self) -> None:
        """The judge's own connection, to the case's database, from its next statement on."""
        from django.db import connection

        connection.close()
        connection.settings_dict["NAME"] = self.name

    def start(self, role: str, **plan: Any) -> "Child":
        """A process of this case."""
        whole: Plan = {"role": role, "folder": str(self.here), "database": self.name, **plan}
        child = self.zygote.fork(whole)
        self.children.append(child)
        return child


@contextmanager
def stage(vendor: str) -> Iterator[Stage]:
    """Everything that is needed on one database; the environment is this process's alone.

    Django is set up here, so call it once. Raises FileNotFoundError without PostgreSQL.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailer-faults-")))
        redis = stack.enter_context(Redis())
        database: Sqlite | Cluster = Sqlite(folder)
        if vendor == "postgresql":
            database = Cluster(stack.enter_context(postgres()))
        _environment(database.url, redis.url, folder)
        import django

        django.setup()
        yield _prepared(stack, vendor, folder, database, redis)


def _prepared(
    stack: ExitStack, vendor: str, folder: Path, database: Sqlite | Cluster, redis: Redis
) -> Stage:
    from django.core.management import call_command

    from tests.faults.cast import assemble
    from tests.faults.clock import Clock
    from tests.faults.roles import Player
    from tests.faults.zygote import zygote

    clock = Clock()
    # Before any thread, connection or loop is made in this process.
    forked = stack.enter_context(zygote(Player(clock)))
    call_command("migrate", verbosity=0)
    cast = assemble()
    database.keep()
    return Stage(vendor, folder, database, redis, clock, forked, cast, _may_mount(folder))


def _environment(database: str, redis: str, folder: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("MAILER_", "SMTP_", "IMAP_"))]:
        del os.environ[name]
    os.environ.update(
        DJANGO_SETTINGS_MODULE="mailer.settings",
        DATABASE_URL=database,
        REDIS_URL=redis,
        MAILER_DATA=str(folder / "data"),
        MAILER_SECRET_KEY="a-key-for-tests-alone",
        MAILER_LOG_LEVEL="INFO",
        MAILER_SENDERS="1",  # the clock asks one worker; a second has cases of its own
    )


def _may_mount(folder: Path) -> bool:
    """Whether this user can mount a small disk to be filled."""
    from tests.faults.disk import Disk

    disk = Disk(folder / "trial")
    try:
        disk.mount()
    except OSError:
        return False
    disk.unmount()
    return True
