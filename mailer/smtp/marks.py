"""The journal of final dots, outside the process's memory (an edge: one mapped file a process).

Before a final dot is written its key is marked here; the reply's code is added when it comes, and
the mark is cleared when the outcome has been committed to the database. A killed process leaves
its marks in the page cache: another reads them and knows which messages the server may hold
(no reply), which it surely took or refused (the reply's code), and that all others never left.
Nothing is synced to the disk: a mark costs 0.4 µs (measured); a machine that dies loses the file.

    header   8 bytes    magic and version
    record  16 bytes    key, 64 bits · check of the key, 32 bits · reply, 32 bits
                        a reply is its code and, in the upper half, the code's complement

A record torn by the kill is harmless: a key that fails its check had not been written yet, so
neither had its dot; a reply that fails its check counts as none, so the message is in doubt.
"""

import contextlib
import fcntl
import mmap
import os
import secrets
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_MAGIC = b"marks\x00\x00\x01"
_RECORD = struct.Struct("<QII")
_REPLY = struct.Struct("<I")
_REPLY_AT = 12
_EMPTY = bytes(_RECORD.size)
_SUFFIX = ".marks"

#: Keys that may wait for their commit at one time: 4 MB on the disk, in memory what is used.
CAPACITY = 1 << 18


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a key: its dot may have been written; `code` is the reply, if one came."""

    dot_written: bool
    code: int | None


class Marks:
    """The marks of this process, in a file of their own under `folder`.

    The file is locked as long as this process lives. Do not fork while it is open: a child would
    inherit the lock. Raises OSError when the folder cannot be written, or its disk is full.
    """

    def __init__(self, folder: Path, capacity: int = CAPACITY) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"
        # The lock is taken before the file has its name: nobody sees it unlocked.
        hidden = self.path.with_suffix(".new")
        self._fd = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Its place on the disk is taken now: writing into a hole of a mapped file would end
            # the process by SIGBUS when the disk is full.
            os.posix_fallocate(self._fd, 0, len(_MAGIC) + capacity * _RECORD.size)
            self._map = mmap.mmap(self._fd, 0)
            self._map[: len(_MAGIC)] = _MAGIC
            hidden.rename(self.path)
        except OSError:
            os.close(self._fd)
            hidden.unlink(missing_ok=True)
            raise
        self._places: dict[int, int] = {}
        self._reused: list[int] = []
        self._fresh = len(_MAGIC)
        self._end = len(self._map)

    @property
    def room(self) -> int:
        """How many more keys can be marked before some are cleared."""
        return len(self._reused) + (self._end - self._fresh) // _RECORD.size

    def dots(self, keys: Iterable[int]) -> None:
        """The final dots of these keys are about to be written.

        Raises BufferError when there is no room: nothing may be sent before a clearing.
        """
        for key in keys:
            place = self._places.get(key) or self._place()
            _RECORD.pack_into(self._map, place, key, _check(key), 0)
            self._places[key] = place

    def reply(self, key: int, code: int) -> None:
        """The server answered that dot. A key that was never marked is passed over."""
        place = self._places.get(key)
        if place is not None:
            _REPLY.pack_into(self._map, place + _REPLY_AT, code | (code ^ 0xFFFF) << 16)

    def clear(self, keys: Iterable[int]) -> None:
        """The outcomes of these keys are committed; those never marked are passed over."""
        for key in keys:
            place = self._places.pop(key, None)
            if place is not None:
                self._map[place : place + _RECORD.size] = _EMPTY
                self._reused.append(place)

    def close(self) -> None:
        """Give up the lock, and remove the file unless a mark still stands in it."""
        if not self._places:
            self.path.unlink(missing_ok=True)
        self._map.close()
        os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _place(self) -> int:
        if self._reused:
            return self._reused.pop()
        if self._fresh >= self._end:
            raise BufferError("the journal of final dots is full")
        place, self._fresh = self._fresh, self._fresh + _RECORD.size
        return place


def read_marks(path: Path) -> dict[int, Mark] | None:
    """The marks that stand in a file, by key.

    None when nothing can be learnt from it, not even that a key has no mark: it is gone, it is cut
    short within its header, or it is of another kind.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    if not data.startswith(_MAGIC):
        return None
    size = (len(data) - len(_MAGIC)) // _RECORD.size * _RECORD.size
    records = data[len(_MAGIC) : len(_MAGIC) + size]
    return {
        key: Mark(dot_written=True, code=_code(reply))
        for key, check, reply in _RECORD.iter_unpack(records)
        if key and check == _check(key)
    }


def abandoned_marks(folder: Path) -> list[Path]:
    """The files whose writer is dead, oldest first.

    Read each, record what it says, then `forget_marks`. Two who do so at once read the same.
    """
    dead = [path for path in folder.glob(f"*{_SUFFIX}") if _is_unlocked(path)]
    return sorted(dead, key=_age)


def forget_marks(path: Path) -> None:
    """Remove an abandoned file, what it said being recorded."""
    path.unlink(missing_ok=True)


def _is_unlocked(path: Path) -> bool:
    # The writer itself may end, or another reader forget the file, between these lines.
    with contextlib.suppress(OSError), path.open("rb") as file:
        # Shared: the writer's lock keeps it away all the same, and two who look at once do not
        # take each other for the writer.
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return True
    return False


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _check(key: int) -> int:
    # Fibonacci hashing: one bit of the key changes half of the check.
    return ((key ^ 0xA5A5A5A5A5A5A5A5) * 0x9E3779B97F4A7C15 >> 32) & 0xFFFFFFFF


def _code(reply: int) -> int | None:
    code = reply & 0xFFFF
    return code if reply >> 16 == code ^ 0xFFFF else None
