"""A CSV file from the wild as rows: its encoding, its separator, its columns (pure).

Seen in the wild: UTF-8 with and without BOM, windows-1252, windows-1256; comma, semicolon, tab.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailer.errors import N_, ParseError

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


@dataclass(frozen=True, slots=True)
class Row:
    """A record: `line` is where it begins, from 1; `attributes` are the columns not ours."""

    line: int
    email: str
    name: str
    language: str
    attributes: dict[str, str]


def encoding(chunks: Iterator[bytes]) -> str:
    """The encoding of a file given in chunks: `utf-8-sig`, `windows-1256` or `windows-1252`."""
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

    Raises ParseError when there is no header, or none of its columns is the address.
    """
    source = iter(lines)
    header = next(source, "")
    mark = separator(header)
    columns = _columns(next(csv.reader([header], delimiter=mark), []))
    # Not strict, a quotation mark left open takes the people behind it into one cell, in silence.
    reader = csv.reader(source, delimiter=mark, strict=True)
    while True:
        line = reader.line_num + 2
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, _broken(error)
            continue
        if any(cell.strip() for cell in record):
            yield _row(line, columns, record)


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


def _broken(error: csv.Error) -> ParseError:
    failure = ParseError(
        N_("The record that begins here cannot be read: look for a quotation mark left open.")
    )
    failure.__cause__ = error
    return failure


#: A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """The cell as it may stand in an export: an apostrophe keeps a formula from being one."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """The cell without the apostrophe of `guarded`, so that an export can be read back."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
