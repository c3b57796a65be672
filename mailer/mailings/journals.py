"""Where the journals of final dots lie, and which of them can be believed (an edge)."""

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


class Journals:
    """The journals of this machine as they are now, each read once at most."""

    def __init__(self) -> None:
        self.abandoned = {f"{BOOT}/{path.name}": path for path in abandoned_marks(journals())}
        self._read: dict[str, dict[int, Mark] | None] = {}

    def marks(self, journal: str) -> dict[int, Mark] | None:
        """What stands in a journal, by delivery; None when it is lost, or another machine's."""
        boot, _, name = journal.partition("/")
        if boot != BOOT or not name:
            return None
        if journal not in self._read:
            self._read[journal] = read_marks(journals() / name)
        return self._read[journal]
