"""A spreadsheet of Excel or LibreOffice (XLSX) as a CSV file (an edge: openpyxl, in a child).

A line of the CSV file is a row of the first sheet that has one, empty rows included, so that line
numbers are the spreadsheet's; a line break within a cell becomes a space. An archive is looked at
before it is opened: what it says it unpacks to is what zipfile gives at most. The child has limits
of its own on memory, time and the size of what it writes, and holds what is in it no longer than
the conversion; the worker never sees the archive.
"""

import contextlib
import csv
import datetime
import resource
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from mailer.errors import N_, ParseError
from mailer.subscribers.columns import MOST_COLUMNS

#: How an archive begins; XLSX is one.
SIGNATURE = b"PK\x03\x04"
#: Bytes that all parts may have, unpacked, and each of those that are held whole in memory. A
#: million rows of four cells are 300 MB of the first, and of shared strings 100.
MOST_IN_ALL, MOST_HELD = 600_000_000, 60_000_000
_MOST_PARTS, _MOST_ROWS = 2_000, 1_048_576
#: Bytes of memory and of the file written, and seconds, of the child.
_MEMORY, _WRITTEN, _SECONDS = 700_000_000, 600_000_000, 240
#: How the child ends when it has something to say: which of the sentences.
_BOMB, _BROKEN, _NO_ROWS, _TOO_MUCH = 10, 11, 12, 13


def to_csv(spreadsheet: Path, written: Path) -> None:
    """Write the rows of a spreadsheet as CSV in UTF-8. Raises ParseError, and leaves no file."""
    words = [sys.executable, "-m", __name__, str(spreadsheet), str(written)]
    try:
        code = subprocess.run(words, timeout=2 * _SECONDS, check=False).returncode  # noqa: S603 - ourselves
    except subprocess.TimeoutExpired:
        code = _TOO_MUCH
    if code:
        written.unlink(missing_ok=True)
        raise _refusal(code)


def _refusal(code: int) -> ParseError:
    if code == _BOMB:
        return ParseError(
            N_(
                "This spreadsheet unpacks to more than an import takes: save its first sheet as"
                " CSV (UTF-8), and import that."
            )
        )
    if code == _NO_ROWS:
        return ParseError(
            N_("The file is empty: its first line names the columns, each other line is a person.")
        )
    if code == _BROKEN:
        return ParseError(
            N_(
                "This is no spreadsheet that can be read: open it in a spreadsheet program, and"
                " save it as XLSX or as CSV (UTF-8)."
            )
        )
    # By its own word, or ended by one of its limits.
    return ParseError(
        N_(
            "Reading this spreadsheet takes more memory or time than an import has: save its first"
            " sheet as CSV (UTF-8), and import that."
        )
    )


def _child(spreadsheet: Path, written: Path) -> int:
    for kind, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, _WRITTEN),
        (resource.RLIMIT_CPU, _SECONDS),
    ):
        resource.setrlimit(kind, (most, most))
    try:
        if _unpacks_to_too_much(spreadsheet):
            return _BOMB
        return 0 if _convert(spreadsheet, written) else _NO_ROWS
    except (MemoryError, OSError, OverflowError):
        return _TOO_MUCH
    except Exception:
        # openpyxl raises whatever a broken file leads it to.
        return _BROKEN


def _unpacks_to_too_much(spreadsheet: Path) -> bool:
    with zipfile.ZipFile(spreadsheet) as archive:
        parts = archive.infolist()
    sheets = [part for part in parts if part.filename.startswith("xl/worksheets/")]
    held = [part.file_size for part in parts if part not in sheets]
    return (
        len(parts) > _MOST_PARTS
        or sum(part.file_size for part in parts) > MOST_IN_ALL
        or max(held, default=0) > MOST_HELD
    )


def _convert(spreadsheet: Path, written: Path) -> int:
    """Returns how many rows hold something."""
    from openpyxl import load_workbook

    book = load_workbook(spreadsheet, read_only=True, data_only=True, keep_links=False)
    some = 0
    with contextlib.closing(book), written.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        sheet = book.worksheets[0]
        # What the file says of its own size may be wrong; a row or column far out is cut off.
        sheet.reset_dimensions()
        wide = MOST_COLUMNS + 1
        for row in sheet.iter_rows(max_row=_MOST_ROWS, max_col=wide, values_only=True):
            cells = [_text(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            some += bool(cells)
            writer.writerow(cells)
    return some


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return " ".join(cell.split()) if "\n" in cell or "\r" in cell else cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime | datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    sys.exit(_child(Path(sys.argv[1]), Path(sys.argv[2])))
