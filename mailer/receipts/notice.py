"""What every way in hands over: a report that was read, and what else is known of it (pure)."""

from dataclasses import dataclass, field

from mailer.receipts.clues import Clues
from mailer.receipts.verdicts import Finding


@dataclass(frozen=True, slots=True)
class Notice:
    """One report. `way` is a value of models.Way; `key` is the same for every copy of it.

    `machine` forbids every answer. `trusted`: a provider signed it, so the address it names is
    believed. `delivery` is known where the ledger itself told. `original` is kept as evidence.
    """

    way: str
    key: str
    findings: tuple[Finding, ...]
    clues: Clues = field(default_factory=Clues)
    machine: bool = True
    trusted: bool = False
    delivery: int | None = None
    original: bytes = b""
