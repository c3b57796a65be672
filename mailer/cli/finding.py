"""What `mailer doctor` finds."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it says, and what to do next (empty when nothing)."""

    name: str
    state: Literal["ok", "warning", "missing"]
    says: str
    next: str = ""
