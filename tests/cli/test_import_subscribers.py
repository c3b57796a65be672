"""People in and out by the command line."""

import json
from pathlib import Path

import pytest

from mailer.cli import run
from mailer.subscribers.models import Subscription
from tests.people import reader

pytestmark = pytest.mark.django_db
PEOPLE = "email;nom;langue\namina@example.org;أمينة;ar\nnobody;;\n"
CONFIRMED = ["--confirmed", "--consent", "Signed at the book fair, 9 May 2025."]


@pytest.fixture
def people(tmp_path: Path) -> str:
    """A file with a person and a faulty line."""
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return str(path)


def test_a_report_in_json_is_one_document_with_a_reason_for_each_refused_line(
    people: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["import-subscribers", people, "--list", "revue-de-presse", *CONFIRMED, "--json"]
    assert run(command) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["accepted"], report["known"]) == (1, 0)
    (refused,) = report["refused"]
    assert refused["line"] == 3
    assert "“nobody” is not an e-mail address" in refused["reason"]
    assert Subscription.objects.get().state == "confirmed"


def test_a_report_for_people_says_the_same(people: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import-subscribers", people, "--list", "revue-de-presse", *CONFIRMED]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("line 3: “nobody” is not")
    assert told[1] == "1 accepted; 0 already known; 1 refused."


def test_the_report_tells_who_of_the_known_had_left_and_its_json_keeps_its_shape(
    people: str, capsys: pytest.CaptureFixture[str]
) -> None:
    reader("amina@example.org", "ar", state="unsubscribed")
    command = ["import-subscribers", people, "--list", "revue-de-presse", *CONFIRMED]
    assert run(command) == 0
    told = capsys.readouterr().out.splitlines()[-1]
    assert told == "0 accepted; 1 already known, 1 of whom unsubscribed and stay so; 1 refused."
    assert run([*command, "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"accepted", "known", "refused"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--list", "nowhere"], "There is no list “nowhere”; there are: revue-de-presse."),
        (["--list", "revue-de-presse", "--confirmed"], "give --confirmed and --consent together"),
    ],
)
def test_what_is_refused_as_a_whole_leaves_with_1_and_a_reason(
    people: str, capsys: pytest.CaptureFixture[str], options: list[str], says: str
) -> None:
    assert run(["import-subscribers", people, *options, "--json"]) == 1
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.out == ""
    assert not Subscription.objects.exists()


def test_an_import_without_its_list_is_wrong_usage(people: str) -> None:
    with pytest.raises(SystemExit) as leaving:
        run(["import-subscribers", people])
    assert leaving.value.code == 2


def test_the_export_is_a_csv_file_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    reader("amina@example.org", "ar")
    assert run(["export-subscribers", "--list", "revue-de-presse"]) == 0
    header, line = capsys.readouterr().out.removeprefix("\ufeff").splitlines()
    assert header.startswith("email,name,language,list,state")
    assert line.startswith("amina@example.org,,ar,revue-de-presse,confirmed")
    assert run(["export-subscribers", "--list", "nowhere"]) == 1
