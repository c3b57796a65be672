"""That everybody got their mail exactly once: the sink's record against the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Row(Protocol):
    """What is asked of a row of the ledger."""

    address: str
    message_id: str
    state: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How often each recipient's own mail was accepted.

    `rows` are the ledger's, all `sent` when `unsent` is 0; `twice` were accepted more than once
    with the same Message-ID; `missing` are sent by the ledger and not in the record; `strange` are
    in the record and not in the ledger.
    """

    rows: int
    accepted: int
    unsent: int
    twice: int
    missing: int
    strange: int

    @property
    def holds(self) -> bool:
        """Whether each was accepted exactly once, and nobody else."""
        return self.rows == self.accepted and not any(
            (self.unsent, self.twice, self.missing, self.strange)
        )

    def __str__(self) -> str:
        return (
            f"{self.accepted:,} acceptances of the sink for {self.rows:,} rows of the ledger: "
            f"{self.unsent:,} rows not sent, {self.missing:,} sent and never accepted, "
            f"{self.twice:,} accepted more than once, {self.strange:,} accepted for nobody. "
            + ("Each exactly once." if self.holds else "NOT each exactly once.")
        )


def prove(record: Path, rows: Iterable[Row]) -> Proof:
    """Compare the lines "recipient TAB Message-ID" of a record with the ledger's rows."""
    once: set[bytes] = set()
    accepted = twice = 0
    with record.open("rb") as lines:
        for line in lines:
            accepted += 1
            twice += line in once
            once.add(line)
    count = unsent = missing = 0
    for row in rows:
        count += 1
        unsent += row.state != "sent"
        line = f"{row.address}\t{row.message_id}\n".encode()
        # Taken out, so that what is left at the end belongs to nobody.
        if line in once:
            once.remove(line)
        else:
            missing += 1
    return Proof(count, accepted, unsent, twice, missing, len(once))
