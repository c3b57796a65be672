"""Where the journals of final dots lie, and which of them can be believed (an edge)."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from mailer.smtp.marks import Mark, abandoned_marks, read_marks


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"


#: Changes when the machine starts anew: what a machine held in memory when it died, its journals
#: included, may not have reached the disk.
BOOT = _boot_id().replace("-", "")[:12]


def journals() -> Path:
    """The folder of the mailings' journals; a lease names its own as `boot/file`."""
    return Path(settings.MAILER_DATA) / "marks" / "mailings"


class Abandoned:
    """The journals whose writers are dead, each read once."""

    def __init__(self) -> None:
        self._paths = {f"{BOOT}/{path.name}": path for path in abandoned_marks(journals())}
        self._read: dict[str, dict[int, Mark]] = {}

    def __iter__(self) -> Iterator[tuple[str, Path]]:
        return iter(self._paths.items())

    def __contains__(self, journal: str) -> bool:
        return journal in self._paths

    def marks(self, journal: str) -> dict[int, Mark]:
        """What a dead writer left in its journal, by delivery."""
        if journal not in self._read:
            self._read[journal] = read_marks(self._paths[journal])
        return self._read[journal]
