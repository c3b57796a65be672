"""Records, and what a quotation mark left open costs."""

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.subscribers.records import MOST_CHARACTERS, Record, Records, physical


def _records(text: str) -> list[Record]:
    file = io.StringIO(text, newline="")
    return list(Records(physical(file.readline), first=1, separator=","))


def _told(text: str) -> list[tuple[int, list[str] | str]]:
    return [(each.line, str(each.failure or "") or each.cells) for each in _records(text)]


def test_a_cell_may_have_line_breaks_and_quotation_marks() -> None:
    assert _told('a,"two\r\nlines"\r\n"say ""yes""",b\n') == [
        (1, ["a", "two\r\nlines"]),
        (3, ['say "yes"', "b"]),
    ]


@pytest.mark.parametrize("after", ["", 'd,"D",fr\n', 'd,"D, or\nd",fr\n', "e,E,fr"])
def test_a_quotation_left_open_costs_its_own_line_and_no_other(after: str) -> None:
    first, *others = _told('a,"Bob,fr\nb,B,fr\nc,C,fr\n' + after)
    assert first[0] == 1
    assert "begins on line 1 runs on to line" in first[1]
    assert others == [(line + 1, cells) for line, cells in _told("b,B,fr\nc,C,fr\n" + after)]


def test_a_line_that_is_broken_in_itself_is_named() -> None:
    broken, whole, last = _told('a,"Bob" the builder\nb,B\nc,"C')
    assert "Line 1 cannot be read" in broken[1]
    assert whole == (2, ["b", "B"])
    assert "Line 3 cannot be read" in last[1]


def test_a_line_of_a_million_characters_is_told_and_only_its_beginning_is_kept() -> None:
    long, whole = _records(f'a,"{"x" * 1_000_000}"\nb,B\n')
    assert f"Line 1 is longer than {MOST_CHARACTERS} characters" in str(long.failure)
    assert len(long.lines[0][1]) == MOST_CHARACTERS + 1
    assert (whole.line, whole.cells) == (2, ["b", "B"])


def test_many_lines_that_each_leave_a_quotation_open_are_each_read_a_few_times_only() -> None:
    read = 0

    class Line(str):
        """A line that knows how often it is measured, once for each reading."""

        def __len__(self) -> int:
            nonlocal read
            read += 1
            return super().__len__()

    def lines() -> Iterator[str]:
        for _ in range(40_000):
            yield Line('a","\n')

    records = list(Records(lines(), first=1, separator=","))
    assert [each.line for each in records] == list(range(1, 40_001))
    assert all(each.failure for each in records)
    assert read <= 4 * 40_000


class _WithCare(Records):
    """Each record by a reader of its own."""

    def _plain(self) -> Iterator[Record]:
        return iter(())


@given(st.text(st.sampled_from('a,"\n\r\0 '), max_size=40))
def test_many_lines_at_once_are_read_as_each_by_itself(text: str) -> None:
    """Whatever stands in them."""

    def told(kind: type[Records]) -> list[tuple[int, list[str], str]]:
        lines = physical(io.StringIO(text, newline="").readline)
        found = kind(lines, first=1, separator=",")
        return [(each.line, each.cells, str(each.failure)) for each in found]

    assert told(Records) == told(_WithCare)
