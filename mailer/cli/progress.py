"""A mailing's progress on a terminal; elsewhere nothing is drawn."""

import time
from typing import TextIO

from mailer.mailings.ledger import Sums

_WIDTH = 30


class Bar:
    """One line that is drawn over itself."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._drawn = False
        self._since = time.monotonic()

    def show(self, sums: Sums) -> None:
        """Draw where the mailing stands."""
        if self._out.isatty():
            self._drawn = True
            self._out.write("\r" + line(sums, time.monotonic() - self._since) + "\x1b[K")
            self._out.flush()

    def end(self) -> None:
        """Leave the line as it stands."""
        if self._drawn:
            self._out.write("\n")


def line(sums: Sums, seconds: float) -> str:
    """`[█████     ] 1,200 of 4,812 · 3 refused · 410/s · 9 s left`."""
    settled = sums.recipients - sums.open
    filled = _WIDTH * settled // sums.recipients if sums.recipients else _WIDTH
    rate = settled / seconds if seconds > 0 else 0.0
    parts = [f"[{'█' * filled:{_WIDTH}}] {settled:,} of {sums.recipients:,}"]
    parts += [
        f"{count:,} {name}"
        for name, count in (
            ("refused", sums.refused),
            ("deferred", sums.deferred),
            ("uncertain", sums.uncertain),
        )
        if count
    ]
    if rate >= 1 and sums.open:
        parts += [f"{rate:,.0f}/s", f"{sums.open / rate:,.0f} s left"]
    return " · ".join(parts)
