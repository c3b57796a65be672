"""`mailer ledger ISSUE`: one row per recipient, as a stream."""

import argparse
import sys
from collections.abc import Iterator

from mailer.mailings import report
from mailer.mailings.exporting import COLUMNS, csv_pieces, json_pieces, plain
from mailer.mailings.report import Row

_TABLE = "{state:<11} {language:<4} {attempts:>5}  {smtp_code:<4} {address:<40} {smtp_text}"


def arguments(parser: argparse.ArgumentParser) -> None:
    """ISSUE [--format csv|json|table]."""
    parser.add_argument("issue", type=int, metavar="ISSUE")
    parser.add_argument("--format", choices=["csv", "json", "table"], default="table")


def run(args: argparse.Namespace) -> None:
    """Write the rows, however many they are, without holding them in memory.

    Mailings whose rows are folded are named on standard error.
    """
    rows = report.rows(args.issue)
    for mailing in report.folded_of(args.issue):
        print(report.folded(mailing), file=sys.stderr)
    write = {"csv": csv_pieces, "json": json_pieces, "table": _table}[args.format]
    for piece in write(rows):
        sys.stdout.write(piece)


def _table(rows: Iterator[Row]) -> Iterator[str]:
    titles = {name: name for name in COLUMNS} | {
        "attempts": "tries",
        "language": "lang",
        "smtp_code": "code",
    }
    yield _TABLE.format(**titles).rstrip() + "\n"
    for row in rows:
        shown = {name: "" if value is None else value for name, value in plain(row).items()}
        yield _TABLE.format(**shown).rstrip() + "\n"
