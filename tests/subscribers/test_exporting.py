"""People as a CSV file."""

import csv
import io
from pathlib import Path

import pytest

from mailer.errors import NotFound
from mailer.subscribers.exporting import export_csv
from mailer.subscribers.importing import import_csv
from mailer.subscribers.models import MailingList, Subscriber, Subscription
from tests.people import WEDNESDAY, reader

pytestmark = pytest.mark.django_db


def _export(list_slug: str = "") -> list[list[str]]:
    out = io.StringIO()
    export_csv(out, list_slug)
    return list(csv.reader(io.StringIO(out.getvalue().removeprefix("\ufeff"))))


def test_everybody_is_a_line_with_their_attributes_in_columns() -> None:
    amina = reader("amina@example.org", "ar")
    Subscriber.objects.filter(pk=amina.pk).update(name="أمينة", attributes={"city": "Salé"})
    reader("grace@example.org", "en", state="pending")
    header, first, second = _export("revue-de-presse")
    assert header[:6] == ["email", "name", "language", "city", "list", "state"]
    assert first[:6] == [
        "amina@example.org", "أمينة", "ar", "Salé", "revue-de-presse", "confirmed",
    ]  # fmt: skip
    assert first[7] == "2025-05-21T06:30:00+00:00"
    assert second[:6] == ["grace@example.org", "", "en", "", "revue-de-presse", "pending"]


def test_no_cell_is_a_formula_for_a_spreadsheet() -> None:
    amina = reader("=cmd@example.org")
    formula = '=HYPERLINK("http://evil.example")'
    Subscriber.objects.filter(pk=amina.pk).update(name=formula, attributes={"+x": "@sum(1)"})
    for line in _export():
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line)


def test_an_export_can_be_imported_into_another_list_as_it_was(tmp_path: Path) -> None:
    reader("=cmd@example.org")
    Subscriber.objects.update(name="-Amina", attributes={"phone": "+212 5"})
    path = tmp_path / "export.csv"
    with path.open("w", newline="") as out:
        export_csv(out)
    Subscription.objects.all().delete()
    Subscriber.objects.all().delete()
    report = import_csv(path, "revue-de-presse", now=WEDNESDAY, confirmed=True, consent="before")
    assert report.accepted == 1
    again = Subscriber.objects.get()
    assert (again.email, again.name, again.attributes) == (
        "=cmd@example.org", "-Amina", {"phone": "+212 5"},
    )  # fmt: skip


def test_only_the_people_of_the_list_are_in_it_and_nobody_erased() -> None:
    reader("amina@example.org")
    gone = reader("youssef@example.org")
    Subscriber.objects.filter(pk=gone.pk).update(email="", email_key=None, erased_at=WEDNESDAY)
    MailingList.objects.create(slug="culture")
    assert len(_export("culture")) == 1
    assert [line[0] for line in _export()] == ["email", "amina@example.org"]
    with pytest.raises(NotFound, match="nowhere"):
        _export("nowhere")
