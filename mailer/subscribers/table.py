"""A CSV file from the wild as rows: its encoding, its separator, its columns (pure).

Seen in the wild: UTF-8 with and without BOM, UTF-16 (what Excel calls Unicode text), windows-1252,
windows-1256; comma, semicolon, tab.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from mailer.errors import N_, BadAddress, ParseError
from mailer.subscribers import address
from mailer.subscribers.records import Record, Records

#: Columns under the names that people and other mailers give them; compared in lower case.
COLUMNS = {
    "email": "email",
    "e-mail": "email",
    "email address": "email",
    "mail": "email",
    "courriel": "email",
    "adresse e-mail": "email",
    "البريد الإلكتروني": "email",
    "name": "name",
    "full name": "name",
    "nom": "name",
    "الاسم": "name",
    "language": "language",
    "lang": "language",
    "langue": "language",
    "اللغة": "language",
}
#: What our own export adds: not read back as attributes.
EXPORTED = ("list", "state", "requested_at", "confirmed_at", "left_at")
MOST_COLUMNS = 100
_SEPARATORS = ",;\t"
# In windows-1256 the accented small letters of French stand where windows-1252 has them, and an
# Arabic word is a run of high bytes: three in a row never occur in French.
_ARABIC_WORD = re.compile(rb"[\xc1-\xdf\xe1\xe3-\xe6\xec\xed]{3}")
# The first line of a spreadsheet, an archive or a picture holds controls; these two's does not.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]|\A(?:%PDF-|.PNG)")


@dataclass(frozen=True, slots=True)
class Row:
    """A record: `line` is where it begins, from 1; `attributes` are the columns not ours."""

    line: int
    email: str
    name: str
    language: str
    attributes: dict[str, str]


def encoding(chunks: Iterator[bytes]) -> str:
    """The encoding of a file in chunks: `utf-8-sig`, `utf-16`, `windows-1256`, `windows-1252`.

    The first chunk has two bytes at least: UTF-16 is known by its byte order mark.
    """
    start = next(chunks, b"")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    chunks = chain([start], chunks)
    decoder = codecs.getincrementaldecoder("utf-8")()
    arabic = False
    try:
        for chunk in chunks:
            arabic = arabic or bool(_ARABIC_WORD.search(chunk))
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        arabic = arabic or any(_ARABIC_WORD.search(chunk) for chunk in chunks)
        return "windows-1256" if arabic else "windows-1252"
    return "utf-8-sig"


def separator(header: str) -> str:
    """The separator of a header line: the one it has most of, a comma when it has none."""
    return max(_SEPARATORS, key=header.count)


def rows(lines: Iterable[str]) -> Iterator[Row | tuple[int, ParseError]]:
    """The records under the header; a broken one is its line and the reason, and stops no other.

    Raises ParseError for a file that is empty or no text, and when none of its columns is the
    address.
    """
    source = iter(lines)
    header = next(source, "")
    if _NOT_TEXT.search(header):
        raise ParseError(
            N_("This file is not text: open it in a spreadsheet, and save it as CSV (UTF-8).")
        )
    if not header.strip("\ufeff \t\r\n") and not any(line.strip() for line in source):
        raise ParseError(
            N_("The file is empty: its first line names the columns, each other line is a person.")
        )
    mark = separator(header)
    columns = _columns(next(csv.reader([header], delimiter=mark), []))
    records = Records(source, first=2, separator=mark)
    for record in records:
        if record.failure is None and _swallows(record, columns, mark):
            record = records.split(record)
        if record.failure:
            yield record.line, record.failure
        elif any(cell.strip() for cell in record.cells):
            yield _row(record.line, columns, record.cells)


def _swallows(record: Record, columns: list[str], mark: str) -> bool:
    """Whether a record of several lines holds others: an attribute may have a line break.

    The address, the name and the language have none, and no line of an attribute reads as a whole
    line with an address in its place.
    """
    if len(record.lines) == 1:
        return False
    row = _row(record.line, columns, record.cells)
    if any(end in cell for cell in (row.email, row.name, row.language) for end in "\r\n"):
        return True
    # Leniently: the last of these lines ends with a quotation mark that is not its own.
    alone = [next(csv.reader([text], delimiter=mark), []) for _, text in record.lines[1:]]
    return any(
        len(cells) == len(columns) and _is_address(_row(0, columns, cells).email) for cells in alone
    )


def _is_address(text: str) -> bool:
    try:
        address.parse(text)
    except BadAddress:
        return False
    return True


def _columns(names: list[str]) -> list[str]:
    """Each column's meaning: email, name, language, its own name, or "" for none."""
    if len(names) > MOST_COLUMNS:
        raise ParseError(
            N_("The file has %(count)s columns; %(most)s is the most an import takes."),
            count=len(names),
            most=MOST_COLUMNS,
        )
    plain = [name.strip().lstrip("\ufeff") for name in names]
    columns = [COLUMNS.get(name.lower(), name[:60]) for name in plain]
    if "email" not in columns:
        raise ParseError(
            N_("No column is named “email”: the first line of the file names the columns.")
        )
    return ["" if name in EXPORTED else name for name in columns]


def _row(line: int, columns: list[str], record: list[str]) -> Row:
    ours = {"email": "", "name": "", "language": ""}
    attributes: dict[str, str] = {}
    for column, cell in zip(columns, record, strict=False):
        cell = unguarded(cell.strip())
        if column in ours:
            ours[column] = ours[column] or cell
        elif column and cell:
            attributes[column] = cell[:1000]
    return Row(line, **ours, attributes=attributes)


#: A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """The cell as it may stand in an export: an apostrophe keeps a formula from being one."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """The cell without the apostrophe of `guarded`, so that an export can be read back."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
