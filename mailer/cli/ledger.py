"""`mailer ledger ISSUE`: one row per recipient, as a stream."""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TextIO

from mailer.mailings.report import Row, rows
from mailer.subscribers.table import guarded

COLUMNS = tuple(Row.__annotations__)
_TABLE = "{state:<11} {language:<4} {attempts:>5}  {smtp_code:<4} {address:<40} {smtp_text}"


def arguments(parser: argparse.ArgumentParser) -> None:
    """ISSUE [--format csv|json|table]."""
    parser.add_argument("issue", type=int, metavar="ISSUE")
    parser.add_argument("--format", choices=["csv", "json", "table"], default="table")


def run(args: argparse.Namespace) -> None:
    """Write the rows, however many they are, without holding them in memory."""
    write = {"csv": _csv, "json": _json, "table": _table}[args.format]
    write((_plain(row) for row in rows(args.issue)), sys.stdout)


def _plain(row: Row) -> dict[str, object]:
    return {**asdict(row), "updated_at": row.updated_at.isoformat()}


def _csv(found: Iterator[dict[str, object]], out: TextIO) -> None:
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for row in found:
        writer.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: object) -> object:
    if isinstance(value, str):
        return guarded(value)
    return "" if value is None else value


def _json(found: Iterator[dict[str, object]], out: TextIO) -> None:
    between = "["
    for row in found:
        out.write(between + json.dumps(row, ensure_ascii=False))
        between = ",\n"
    out.write("]\n" if between != "[" else "[]\n")


def _table(found: Iterator[dict[str, object]], out: TextIO) -> None:
    titles = {name: name for name in COLUMNS} | {
        "attempts": "tries",
        "language": "lang",
        "smtp_code": "code",
    }
    out.write(_TABLE.format(**titles).rstrip() + "\n")
    for row in found:
        shown = {name: "" if value is None else value for name, value in row.items()}
        out.write(_TABLE.format(**shown).rstrip() + "\n")
