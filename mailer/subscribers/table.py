"""A CSV file from the wild as rows: its encoding, its separator, its columns (pure).

Seen in the wild: UTF-8 with and without BOM, UTF-16 (what Excel calls Unicode text), windows-1252,
windows-1256; comma, semicolon, tab.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple, Protocol

from mailer.errors import N_, MailerError, ParseError
from mailer.subscribers.records import Record, Records, Run

_SEPARATORS = ",;\t"
# In windows-1256 the accented small letters of French stand where windows-1252 has them, and an
# Arabic word is a run of high bytes: three in a row never occur in French.
_ARABIC_WORD = re.compile(rb"[\xc1-\xdf\xe1\xe3-\xe6\xec\xed]{3}")
# The first line of a spreadsheet, an archive or a picture holds controls; these two's does not.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]|\A(?:%PDF-|.PNG)")


class Refusal(NamedTuple):
    """A line that is not taken in, and the sentence that says why."""

    line: int
    reason: MailerError


class Reader(Protocol):
    """Who knows what the columns mean (people.People)."""

    def holds(self, cells: list[str]) -> bool:
        """Whether cells read as a whole line of this file."""

    def broken_over_lines(self, cells: list[str]) -> bool:
        """Whether a cell that has one line by nature has several."""


class Form(NamedTuple):
    """How a file is written: `utf-8-sig`, `utf-16`, `windows-1256`, `windows-1252`; its lines."""

    encoding: str
    lines: int


def form(chunks: Iterator[bytes]) -> Form:
    """The form of a file in chunks; how many lines there are is near the truth in UTF-16.

    The first chunk has two bytes at least: UTF-16 is known by its byte order mark.
    """
    start = next(chunks, b"")
    lines = 0

    def counted() -> Iterator[bytes]:
        nonlocal lines
        for chunk in chain([start], chunks):
            lines += chunk.count(b"\n")
            yield chunk

    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        found = "utf-16"
        for _ in counted():
            pass
    else:
        found = _encoding(counted())
    return Form(found, lines)


def _encoding(chunks: Iterator[bytes]) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    arabic, utf8 = False, True
    for chunk in chunks:
        arabic = arabic or bool(_ARABIC_WORD.search(chunk))
        try:
            utf8 = utf8 and decoder.decode(chunk) is not None
        except UnicodeDecodeError:
            utf8 = False
    try:
        decoder.decode(b"", final=utf8)
    except UnicodeDecodeError:
        utf8 = False
    if utf8:
        return "utf-8-sig"
    return "windows-1256" if arabic else "windows-1252"


def separator(header: str) -> str:
    """The separator of a header line: the one it has most of, a comma when it has none."""
    return max(_SEPARATORS, key=header.count)


def header(lines: Iterator[str]) -> tuple[str, list[str]]:
    """The separator and the names of the columns: the first line, which is taken.

    Raises ParseError for a file that is empty or no text.
    """
    first = next(lines, "")
    if _NOT_TEXT.search(first):
        raise ParseError(
            N_("This file is not text: open it in a spreadsheet, and save it as CSV (UTF-8).")
        )
    if not first.strip("\ufeff \t\r\n") and not any(line.strip() for line in lines):
        raise ParseError(
            N_("The file is empty: its first line names the columns, each other line is a person.")
        )
    mark = separator(first)
    try:
        return mark, next(csv.reader([first], delimiter=mark), [])
    except csv.Error as error:
        raise ParseError(
            N_("The first line cannot be read: it should hold the names of the columns.")
        ) from error


def rows(
    lines: Iterable[str], mark: str, reader: Reader, first: int = 2
) -> Iterator[tuple[int, list[str]] | Refusal]:
    """The records of the lines from number `first`, empty ones aside.

    A broken one is refused by the line it begins on, and stops no other.
    """
    for one in runs(lines, mark, reader, first):
        if isinstance(one, Run):
            numbered = enumerate(one.rows, one.first)
            yield from ((line, cells) for line, cells in numbered if not blank(cells))
        else:
            yield one


def runs(
    lines: Iterable[str], mark: str, reader: Reader, first: int = 2
) -> Iterator[Run | tuple[int, list[str]] | Refusal]:
    """The same, records of one line in runs: there the empty ones are among them."""
    records = Records(iter(lines), first=first, separator=mark)
    for record in records.runs():
        if isinstance(record, Run):
            yield record
            continue
        if record.failure is None and len(record.lines) > 1 and _swallows(record, mark, reader):
            record = records.split(record)
        if record.failure:
            yield Refusal(record.line, record.failure)
        elif not blank(record.cells):
            yield record.line, record.cells


def blank(cells: list[str]) -> bool:
    """Whether there is nothing in a record."""
    return not "".join(cells).strip()


def _swallows(record: Record, mark: str, reader: Reader) -> bool:
    """Whether a record of several lines holds others: an attribute may have a line break.

    The address, the name and the language have none, and no line of an attribute reads as a whole
    line with an address in its place.
    """
    if reader.broken_over_lines(record.cells):
        return True
    # Leniently: the last of these lines ends with a quotation mark that is not its own.
    alone = [next(csv.reader([text], delimiter=mark), []) for _, text in record.lines[1:]]
    return any(reader.holds(cells) for cells in alone)


#: A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """The cell as it may stand in an export: an apostrophe keeps a formula from being one."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """The cell without the apostrophe of `guarded`, so that an export can be read back."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
