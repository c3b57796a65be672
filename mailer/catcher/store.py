"""The catcher's folder: `<n>.eml` byte for byte as it came, `<n>.json` with its envelope (an edge).

The envelope is written first and each file under another name until it is whole, so that whoever
sees `<n>.eml` sees both, complete.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

#: How many mails are kept, the newest ones.
KEEP = 10_000


@dataclass(frozen=True, slots=True)
class CaughtEnvelope:
    """Who a caught mail was from and for, as MAIL and RCPT said; `at` is ISO 8601, in UTC."""

    sender: str
    recipients: list[str]
    at: str


class Store:
    """Writes mails into `folder`, numbered upwards from what is there, keeping the last `keep`.

    One process writes to a folder. Raises OSError when it cannot.
    """

    def __init__(self, folder: Path, keep: int = KEEP) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._keep = keep
        self._numbers = numbers(folder)
        self._last = max(self._numbers, default=0)

    def add(self, envelope: CaughtEnvelope, mail: bytes) -> int:
        """Keep a mail; its number."""
        number = self._last + 1
        told = json.dumps(asdict(envelope), ensure_ascii=False)
        self._write(f"{number}.json", told.encode("utf-8", "replace"))
        self._write(f"{number}.eml", mail)
        self._last = number
        self._numbers.append(number)
        while len(self._numbers) > self._keep:
            self._drop(self._numbers.pop(0))
        return number

    def _write(self, name: str, content: bytes) -> None:
        unfinished = self.folder / f".{name}.part"
        unfinished.write_bytes(content)
        unfinished.replace(self.folder / name)
        # A catcher is no archive: nothing is synced to the disk.

    def _drop(self, number: int) -> None:
        for suffix in ("eml", "json"):
            (self.folder / f"{number}.{suffix}").unlink(missing_ok=True)


def numbers(folder: Path) -> list[int]:
    """The numbers of the mails in a folder, oldest first; none when there is no folder."""
    found = (name.removesuffix(".eml") for name in _names(folder) if name.endswith(".eml"))
    return sorted(int(stem) for stem in found if stem.isascii() and stem.isdigit())


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  # names only: a Path each costs ten times more
    except FileNotFoundError:
        return []
