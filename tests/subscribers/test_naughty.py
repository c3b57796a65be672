"""What breaks programs, in every cell of a file: each line is taken or refused with its reason."""

import csv
import io
from contextlib import suppress
from pathlib import Path

import pytest

from mailer.errors import MailerError
from mailer.subscribers.exporting import export_csv
from mailer.subscribers.importing import Report, import_csv
from mailer.subscribers.models import Consent, Subscriber, Subscription
from tests.naughty import NAUGHTY, addresses
from tests.people import WEDNESDAY

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", NAUGHTY)


def _file(folder: Path, rows: list[list[str]]) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path = folder / "people.csv"
    path.write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))
    return path


def _import(path: Path) -> Report:
    return import_csv(
        path, "revue-de-presse", now=WEDNESDAY, confirmed=True, consent="I agreed, on paper."
    )


def _people() -> list[tuple[str, str, dict[str, str]]]:
    return list(Subscriber.objects.order_by("pk").values_list("email_key", "name", "attributes"))


@KINDS
def test_a_line_with_any_address_is_taken_or_refused(tmp_path: Path, kind: str) -> None:
    lines = [[each, "Amina"] for text in NAUGHTY[kind] for each in addresses(text)]
    report = _import(_file(tmp_path, [["email", "name"], *lines, ["grace@example.org", "Grace"]]))
    assert report.accepted == Subscriber.objects.count()
    assert all(str(one.reason).strip() and one.line >= 2 for one in report.refused)
    assert Subscriber.objects.filter(email="grace@example.org").exists()


@KINDS
def test_a_reader_with_any_name_comes_back_from_the_exported_file_as_they_were(
    tmp_path: Path, kind: str
) -> None:
    lines = [
        [f"reader{number}@example.org", text, text] for number, text in enumerate(NAUGHTY[kind])
    ]
    report = _import(_file(tmp_path, [["email", "name", "city"], *lines]))
    # A name with line breaks in it is several lines, each refused.
    assert report.accepted + len(report.refused) >= len(lines)
    assert all(str(one.reason).strip() for one in report.refused)
    before = _people()
    out = io.StringIO()
    export_csv(out)
    # As a spreadsheet reads it: nothing in it is a formula.
    cells = [cell for row in csv.reader(io.StringIO(out.getvalue()[1:])) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    for rows in (Consent, Subscription, Subscriber):
        rows.objects.all().delete()
    path = tmp_path / "exported.csv"
    path.write_text(out.getvalue(), "utf-8", newline="")
    again = _import(path)
    assert (again.accepted, again.refused) == (len(before), [])
    assert _people() == before


@KINDS
def test_a_file_with_any_headings_is_read_or_refused_whole(tmp_path: Path, kind: str) -> None:
    for text in NAUGHTY[kind]:
        path = _file(tmp_path, [["email", text, "name"], ["amina@example.org", text, "Amina"]])
        with suppress(MailerError):
            report = _import(path)
            # A heading with a line break in it is two lines, and the second is no person's.
            assert report.accepted + report.known == 1, ascii(text)
