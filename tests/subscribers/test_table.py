"""CSV files as they come."""

import json

import pytest

from mailer.errors import ParseError
from mailer.subscribers.columns import recognised
from mailer.subscribers.people import Line, People
from mailer.subscribers.table import Refusal, form, guarded, header, separator, unguarded

FRENCH = "email;nom\nhelene@example.org;Hélène Éluard, née Dupré"
ARABIC = "email;الاسم\namina@example.org;أمينة الإدريسي"


def rows(text: list[str]) -> list[Line | Refusal]:
    """The lines of a file, read by the names of its columns."""
    lines = iter(text)
    mark, names = header(lines)
    return list(People(recognised(names).meanings, confirmed=True).read(lines, mark))


@pytest.mark.parametrize(
    ("text", "written", "read"),
    [
        (ARABIC, "utf-8", "utf-8-sig"),
        (ARABIC, "utf-8-sig", "utf-8-sig"),
        ("email,name\na@example.org,Ann", "ascii", "utf-8-sig"),
        (FRENCH, "windows-1252", "windows-1252"),
        (ARABIC, "windows-1256", "windows-1256"),
        (ARABIC, "utf-16", "utf-16"),
    ],
)
def test_a_file_is_read_in_the_encoding_it_was_written_in(
    text: str, written: str, read: str
) -> None:
    raw = text.encode(written)
    assert form(iter([raw])).encoding == read
    assert form(raw[at : at + 20] for at in range(0, len(raw), 20)).encoding == read
    assert raw.decode(read) == text


@pytest.mark.parametrize(
    ("header", "mark"),
    [("email,name", ","), ("email;name", ";"), ("a\tb", "\t"), ("x", ",")],
)
def test_the_separator_is_the_one_the_header_has(header: str, mark: str) -> None:
    assert separator(header) == mark


def test_columns_are_known_by_many_names_and_the_others_are_attributes() -> None:
    (row,) = rows(["E-Mail;NOM;Langue;Ville;state\n", "a@example.org; Ann ;en;Salé;confirmed\n"])
    assert row == Line(2, "a@example.org", "a@example.org", "Ann", "en", '{"Ville": "Salé"}')


def test_lines_are_counted_where_a_record_begins_and_empty_ones_are_passed_over() -> None:
    text = ["email,note\n", 'a@example.org,"two\n', 'lines"\n', "\n", "b@example.org\n"]
    assert [row.number for row in rows(text) if isinstance(row, Line)] == [2, 5]


@pytest.mark.parametrize(
    "cell", ["Salé\nb@example.org,B,Rabat", "Salé\r\n\r\nb@example.org,B,Rabat"]
)
def test_an_attribute_that_holds_a_line_of_the_file_has_swallowed_it(cell: str) -> None:
    text = ["email,name,city\n", *f'a@example.org,A,"{cell}"\n'.splitlines(keepends=True)]
    broken, swallowed = rows(text)
    assert isinstance(broken, Refusal)
    assert isinstance(swallowed, Line)
    assert (broken[0], swallowed.email) == (2, "b@example.org")


def test_an_address_in_a_note_of_two_lines_is_nobodys_line() -> None:
    text = ["email,name,note\n", 'a@example.org,A,"write to\n', 'b@example.org"\n']
    (row,) = rows(text)
    assert isinstance(row, Line)
    assert json.loads(row.attributes) == {"note": "write to b@example.org"}


@pytest.mark.parametrize(
    ("first", "says"),
    [
        ("", "is empty"),
        ("\ufeff\r\n", "is empty"),
        ("PK\x03\x04\x14\0", "not text"),
        ("name,city", "email"),
        ("email" + ",x" * 500, "501"),
    ],
)
def test_a_file_that_is_no_list_of_people_is_refused_whole(first: str, says: str) -> None:
    with pytest.raises(ParseError, match=says):
        rows([first])


@pytest.mark.parametrize("cell", ["=1+1", "+33 6", "-", "@sum", "\tx", "plain", "'quoted'", ""])
def test_a_formula_is_disarmed_in_an_export_and_whole_again_after_an_import(cell: str) -> None:
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize(
    "lines",
    [
        ['a@example.org,"Ann\n', "b@example.org,Ben\n", "c@example.org,Cleo\n"],
        ['a@example.org,"Ann\n', 'b@example.org,"Ben"\n', "c@example.org,Cleo\n"],
        ['a@example.org,"Ann\n', "b@example.org,Ben\n", 'c@example.org,Cleo"\n'],
    ],
)
def test_a_quotation_mark_left_open_swallows_nobody_in_silence(lines: list[str]) -> None:
    found, *others = rows(["email,name\n", *lines])

    assert isinstance(found, Refusal)
    assert found[0] == 2
    assert "quotation mark" in str(found[1])
    assert [row.email for row in others if isinstance(row, Line)] == [
        "b@example.org",
        "c@example.org",
    ]
