"""Spreadsheets: what is in them, and those that were made to harm."""

import datetime
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from mailer.errors import ParseError
from mailer.subscribers.importing import import_csv
from mailer.subscribers.models import Subscriber
from mailer.subscribers.sheet import MOST_HELD, to_csv
from tests.people import WEDNESDAY

CAST = [
    ["email", "الاسم", "phone", "since"],
    ["amina@example.org", "أمينة", 612345678.0, datetime.date(2020, 5, 9)],
    [],
    ["grace@example.org", "=1+1", "two\nlines"],
]


def _book(folder: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    place = folder / "people.xlsx"
    book.save(place)
    return place


def _read(spreadsheet: Path) -> str:
    written = spreadsheet.with_suffix(".csv")
    to_csv(spreadsheet, written)
    return written.read_text(encoding="utf-8")


def test_a_row_is_a_line_and_a_cell_is_what_stands_in_it(tmp_path: Path) -> None:
    told = _read(_book(tmp_path, CAST)).splitlines()
    assert told[0] == "email,الاسم,phone,since"
    assert told[1].startswith("amina@example.org,أمينة,612345678,2020-05-09")
    assert told[2] == ""
    # A formula whose value nobody stored has none.
    assert told[3] == "grace@example.org,,two lines"


@pytest.mark.django_db
def test_a_spreadsheet_is_imported_as_a_file_of_lines(tmp_path: Path) -> None:
    place = _book(tmp_path, CAST[:2])
    report = import_csv(place, "revue-de-presse", now=WEDNESDAY, confirmed=True, consent="words")
    assert (report.accepted, report.refused) == (1, [])
    amina = Subscriber.objects.get()
    assert (amina.name, amina.attributes["phone"]) == ("أمينة", "612345678")


def _archive(folder: Path, parts: dict[str, bytes]) -> Path:
    """The spreadsheet of the cast with other parts in place of its own."""
    whole = _book(folder, CAST)
    place = folder / "made.xlsx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return place


_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_ROW = b"<sheetData><row><c t='inlineStr'><is><t>%s</t></is></c></row></sheetData></worksheet>"
_ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + _SHEET + _ROW % b"&a;"


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    place = _archive(tmp_path, {"xl/sharedStrings.xml": b" " * (MOST_HELD + 1)})
    assert place.stat().st_size < 100_000
    with pytest.raises(ParseError, match="unpacks to more"):
        _read(place)


def test_a_part_that_is_larger_than_it_says_is_not_read_to_its_end(tmp_path: Path) -> None:
    sheet = _SHEET + b" " * 3_000_000 + _ROW % b"email"
    place = _archive(tmp_path, {"xl/worksheets/sheet1.xml": sheet})
    raw, real = place.read_bytes(), len(sheet).to_bytes(4, "little")
    assert raw.count(real) == 2
    place.write_bytes(raw.replace(real, (1000).to_bytes(4, "little")))
    with pytest.raises(ParseError, match="no spreadsheet that can be read"):
        _read(place)


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/worksheets/sheet1.xml": _ENTITIES},
        {"xl/workbook.xml": b"<workbook"},
        {"xl/worksheets/sheet1.xml": b"\0"},
    ],
)
def test_xml_that_is_broken_or_that_defines_entities_is_refused(
    tmp_path: Path, parts: dict[str, bytes]
) -> None:
    with pytest.raises(ParseError, match="no spreadsheet that can be read"):
        _read(_archive(tmp_path, parts))


def test_a_cell_a_thousand_million_rows_below_takes_no_time(tmp_path: Path) -> None:
    rows = b"".join(
        b'<row r="%d"><c r="%s%d" t="inlineStr"><is><t>%s</t></is></c></row>' % each
        for each in (
            (1, b"A", 1, b"email"),
            (2, b"XFD", 2, b"far@example.org"),
            (10**9, b"A", 10**9, b"below@example.org"),
        )
    )
    sheet = _SHEET + b"<sheetData>" + rows + b"</sheetData></worksheet>"
    told = _read(_archive(tmp_path, {"xl/worksheets/sheet1.xml": sheet}))
    assert told.startswith("email\n")
    assert "example.org" not in told


def test_an_empty_sheet_and_what_is_no_archive_are_told(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match="empty"):
        _read(_book(tmp_path, []))
    place = tmp_path / "cut.xlsx"
    place.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(ParseError, match="no spreadsheet"):
        _read(place)
