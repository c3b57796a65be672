"""The ledger as a file: a stream, and harmless to a spreadsheet."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mailer.mailings import report
from mailer.mailings.exporting import COLUMNS, csv_pieces, json_pieces
from mailer.mailings.models import Delivery
from mailer.mailings.report import Row
from tests.mailings.story import started

pytestmark = pytest.mark.django_db

FORMULA = "=HYPERLINK(0)"


def row(**other: Any) -> Row:
    told = {
        "subscriber": 7,
        "address": "amina@example.org",
        "language": "ar",
        "state": "refused",
        "smtp_code": 550,
        "smtp_text": '5.1.1 «غير موجود», "who"?',
        "message_id": "<1@example.org>",
        "attempts": 1,
        "updated_at": datetime(2025, 5, 21, 8, tzinfo=UTC),
    }
    return Row(**(told | other))


def cells(*rows: Row, separator: str = ",") -> list[list[str]]:
    text = "".join(csv_pieces(iter(rows)))
    return list(csv.reader(text.splitlines(), delimiter=separator))


def test_a_row_is_read_back_as_it_was() -> None:
    names, told = cells(row())
    assert tuple(names) == COLUMNS
    assert told == [
        *("7", "amina@example.org", "ar", "refused", "550"),
        *('5.1.1 «غير موجود», "who"?', "<1@example.org>", "1", "2025-05-21T08:00:00+00:00"),
    ]
    (again,) = json.loads("".join(json_pieces(iter([row(smtp_code=None)]))))
    assert (again["smtp_code"], again["smtp_text"]) == (None, row().smtp_text)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "no;", "no, ", "no\t", 'no";', "a; ", "a;;"])
@pytest.mark.parametrize("formula", [FORMULA, "+1", "-1", "@SUM(1)"])
def test_no_cell_is_a_formula_wherever_a_spreadsheet_cuts(
    separator: str, start: str, formula: str
) -> None:
    text = start + formula
    for line in cells(row(address=text, smtp_text=text), separator=separator):
        assert not [one for one in line if one.strip().startswith(("=", "+", "-", "@"))]


def test_excel_is_told_that_it_is_utf_8_and_others_are_not_troubled() -> None:
    assert next(csv_pieces(iter([]), mark=True)).startswith("\ufeffsubscriber,")
    assert "".join(csv_pieces(iter([]))).startswith("subscriber,")


def test_an_export_of_nobody_is_whole() -> None:
    assert json.loads("".join(json_pieces(iter([])))) == []
    assert len(cells()) == 1


def test_pieces_end_where_they_may() -> None:
    for count in (1, 499, 500, 501, 1000):
        assert len(cells(*[row()] * count)) == count + 1
        assert len(json.loads("".join(json_pieces(iter([row()] * count))))) == count


def test_rows_are_read_as_they_are_taken_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "_AT_ONCE", 10)
    mailing = started(35)

    def reads(rows: Iterator[Row], count: int) -> int:
        with CaptureQueriesContext(connection) as told:
            for _ in range(count):
                next(rows)
        return sum("mailings_delivery" in one["sql"] for one in told)

    rows = report.rows(mailing.issue_id)
    assert [reads(rows, 1), reads(rows, 9), reads(rows, 1), reads(rows, 24)] == [1, 0, 1, 2]
    assert list(rows) == []


def test_a_gap_between_ids_is_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "_AT_ONCE", 3)
    mailing = started(9)
    ids = list(Delivery.objects.order_by("id").values_list("id", flat=True))
    Delivery.objects.filter(id__in=ids[2:7]).delete()
    assert len(list(report.rows_of(mailing))) == 4
