"""`./run faults`: every crash point, crossed with every other fault, on SQLite and on PostgreSQL.

    ./run faults                     the whole, a process for each database
    ./run faults --short             each crash point and each other fault once
    ./run faults --only NAME         one case by its printed name, or a group by its title
    ./run faults --report FILE       where the report goes (var/faults.md)

It brings a database, a Redis and a relay of its own. Returns 0 when everything held.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.report import Group, markdown, told
from tests.servers import postgres_programs

ROOT = Path(__file__).resolve().parents[2]
VENDORS = ("sqlite", "postgresql")


class Half:
    """All cases on one database, in a process of its own, heard in a thread."""

    def __init__(self, vendor: str, words: list[str], only: list[str]) -> None:
        self.vendor = vendor
        self.groups: list[Group] = []
        self.notes: list[str] = []
        names = [word for name in only for word in ("--only", name)]
        command = [sys.executable, "-m", "tests.faults.half", vendor, *words, *names]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def join(self) -> bool:
        """Wait for its end; whether everything held, and something was played at all."""
        self._thread.join()
        if self.process.wait():
            self.notes.append(f"{self.vendor}: the suite itself failed, see above")
            return False
        played = sum(len(group.played) for group in self.groups)
        wrong = sum(len(group.wrong) for group in self.groups)
        self.notes.append(f"{self.vendor}: {played} cases, {wrong} wrong")
        return bool(played) and not wrong

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._hear(json.loads(line))
        self._say_last()

    def _hear(self, message: dict[str, object]) -> None:
        if "group" in message:
            self._say_last()
            self.groups.append(Group(self.vendor, str(message["group"])))
        elif "note" in message:
            self.notes.append(f"{self.vendor}: {message['note']}")
            print(self.notes[-1], flush=True)
        else:
            self._add(message)

    def _add(self, message: dict[str, object]) -> None:
        one = message["played"]
        assert isinstance(one, dict)
        one["case"] = f"{self.vendor}/{one['case']}"
        if message["left_out"]:
            self.groups[-1].left_out[one["case"]] = str(message["left_out"])
            return
        self.groups[-1].played.append(one)
        if one["wrong"]:
            print(told(one), flush=True)

    def _say_last(self) -> None:
        if self.groups:
            print(self.groups[-1].line(), flush=True)


def main(words: list[str]) -> int:
    """Play, tell, report; 0 when everything held."""
    asked = _arguments(words)
    began = time.monotonic()
    plain = ["--short"] if asked.short else []
    halves = [
        Half(vendor, plain, only)
        for vendor in asked.database or VENDORS
        if (only := _meant_for(vendor, asked.only)) is not None and _is_there(vendor)
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        held = [half.join() for half in halves]
    finally:
        for half in halves:
            half.process.terminate()
            half.process.wait()
    notes = [f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors"]
    notes += [f"{time.monotonic() - began:.0f} seconds"]
    notes += [note for half in halves for note in half.notes]
    _write(asked.report, [group for half in halves for group in half.groups], notes)
    for note in notes:
        print(note)
    print(f"The report is {asked.report}.")
    return 0 if held and all(held) else 1


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--report", type=Path, default=ROOT / "var" / "faults.md", metavar="FILE")
    parser.add_argument("--database", action="append", choices=VENDORS)
    return parser.parse_args(words)


def _meant_for(vendor: str, names: list[str]) -> list[str] | None:
    """The names without their database; None when all of them name another one."""
    others = tuple(f"{other}/" for other in VENDORS if other != vendor)
    ours = [name.removeprefix(f"{vendor}/") for name in names if not name.startswith(others)]
    return None if names and not ours else ours


def _is_there(vendor: str) -> bool:
    if vendor == "postgresql" and postgres_programs() is None:
        print("postgresql: left out, for initdb and postgres are not on this machine", flush=True)
        return False
    return True


def _write(path: Path, groups: Iterable[Group], notes: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(markdown(groups, notes), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
