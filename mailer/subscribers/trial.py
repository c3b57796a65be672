"""What an import would do, without doing it."""

import sqlite3
from collections.abc import Collection
from itertools import islice

from mailer.subscribers import taking
from mailer.subscribers.models import SubscriptionState
from mailer.subscribers.taking import Group, Report
from mailer.subscribers.terms import Terms

_AT_ONCE = 500


class Trial:
    """Judges group after group as an import does, and remembers whom it has seen.

    The memory is a database of its own on the disk, which SQLite keeps in a file without a name: a
    million people seen take two megabytes here.
    """

    def __init__(self) -> None:
        self._seen = sqlite3.connect("", isolation_level=None)
        self._seen.execute("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")

    def take(self, group: Group, terms: Terms, report: Report) -> None:
        """Add what would come of a group to the report; the transaction writes nothing."""
        people = taking.distinct(group, report)
        for key in self._met(people):
            del people[key]
            report.known += 1
        known = taking.judged(people, terms, report)
        states = [known[key].state if key in known else None for key in people]
        waiting = SubscriptionState.PENDING if terms.consent else None
        accepted = sum(state is None or state == waiting for state in states)
        taking.count(people, known, accepted, report)

    def _met(self, keys: Collection[str]) -> list[str]:
        """Those of the keys that an earlier group had; from now on all of them are met."""
        met: list[str] = []
        every = iter(keys)
        self._seen.execute("BEGIN")
        while some := list(islice(every, _AT_ONCE)):
            places = ",".join("?" * len(some))
            found = self._seen.execute(f"SELECT key FROM seen WHERE key IN ({places})", some)  # noqa: S608 - places alone
            met += [key for (key,) in found]
            self._seen.executemany(
                "INSERT INTO seen VALUES (?) ON CONFLICT DO NOTHING", [(key,) for key in some]
            )
        self._seen.execute("COMMIT")
        return met
