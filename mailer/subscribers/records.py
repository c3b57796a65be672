"""The records of a CSV file, each with its lines; a broken one loses no line after it (pure).

A quotation mark left open swallows whatever follows, silently, until the next one. So a record is
read strictly (csv's `strict`), keeps the lines it was made of, and what is wrong with it costs its
first line only: the others are put back, and read again as records of their own.
"""

import contextlib
import csv
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from mailer.errors import N_, ParseError

#: Characters of a record, all its lines together: below csv's own limit of a field, 131,072.
MOST_CHARACTERS = 100_000
#: Lines that csv reads at once, where each is a record of its own.
_AT_ONCE = 1_000

_Line = tuple[int, str]


class Run(NamedTuple):
    """Records of one line each, one behind the other; `first` is the number of the first line."""

    first: int
    rows: list[list[str]]


class Record(NamedTuple):
    """Cells and the numbered lines they were read from; `failure` says why there are no cells.

    The text of a line that is a record of its own is not kept.
    """

    lines: list[_Line]
    cells: list[str]
    failure: ParseError | None = None

    @property
    def line(self) -> int:
        """Where it begins, from 1."""
        return self.lines[0][0]


def physical(readline: Callable[[int], str]) -> Iterator[str]:
    """A file's lines; of one that is too long its beginning only, so that memory stays flat.

    `readline` takes the most characters to read, as a text file's does.
    """
    while line := readline(MOST_CHARACTERS + 1):
        yield line
        while line and len(line) > MOST_CHARACTERS and not line.endswith(("\n", "\r")):
            line = readline(MOST_CHARACTERS + 1)


class Records:
    """The records of numbered lines; `split` puts back all lines of one but its first.

    These are read each alone, the last excepted, which may begin a record of several lines: so
    each line is read four times at the most, whatever its quotation marks.
    """

    def __init__(self, lines: Iterator[str], *, first: int, separator: str) -> None:
        self._fresh = lines
        self._number = first
        self._again: deque[_Line] = deque()
        self._alone = 0
        self._separator = separator

    def __iter__(self) -> Iterator[Record]:
        """Record by record; a broken one has been split already."""
        for one in self.runs():
            if isinstance(one, Run):
                numbered = enumerate(one.rows, one.first)
                yield from (Record([(line, "")], cells) for line, cells in numbered)
            else:
                yield one

    def runs(self) -> Iterator[Record | Run]:
        """The same, those of one line in runs."""
        while True:
            if not self._again:
                yield from self._plain()
            if (start := self._line()) is None:
                return
            record = self._record(start)
            yield self.split(record) if record.failure else record

    def _plain(self) -> Iterator[Run]:
        """Records of one line each: what is anything else is left to be read with care.

        One reader for a thousand lines takes 0.7 µs a line, one for each line takes 3.
        """
        while texts := list(islice(self._fresh, _AT_ONCE)):
            first, self._number = self._number, self._number + len(texts)
            rows = self._of_one_line(texts)
            if rows:
                yield Run(first, rows)
            if len(rows) < len(texts):
                self._again.extend(enumerate(texts[len(rows) :], first + len(rows)))
                return

    def _of_one_line(self, texts: list[str]) -> list[list[str]]:
        """The records of the first lines, as many as are one line each."""
        if max(map(len, texts)) > MOST_CHARACTERS:
            return []
        reader = csv.reader(texts, delimiter=self._separator, strict=True)
        rows: list[list[str]] = []
        with contextlib.suppress(csv.Error):
            rows.extend(reader)
            if len(rows) == reader.line_num:
                return rows
        # One of them is broken, or runs on: once more, to see which.
        reader = csv.reader(texts, delimiter=self._separator, strict=True)
        rows = []
        with contextlib.suppress(csv.Error):
            for cells in reader:
                if reader.line_num > len(rows) + 1:
                    break
                rows.append(cells)
        return rows

    def split(self, record: Record) -> Record:
        """The record as one that runs on too far: its lines after the first are read again."""
        self._again.extendleft(reversed(record.lines[1:]))
        if len(record.lines) == 1 and record.failure:
            return record
        self._alone = record.lines[-1][0] - 1
        failure = ParseError(
            N_(
                "The record that begins on line %(first)s runs on to line %(last)s: look for a"
                " quotation mark left open. The lines after its first were read again, each by"
                " itself."
            ),
            first=record.line,
            last=record.lines[-1][0],
        )
        failure.__cause__ = record.failure
        return Record(record.lines, [], failure)

    def _line(self) -> _Line | None:
        if self._again:
            return self._again.popleft()
        text = next(self._fresh, None)
        if text is None:
            return None
        self._number += 1
        return self._number - 1, text

    def _record(self, start: _Line) -> Record:
        taken: list[_Line] = []
        try:
            cells = next(
                csv.reader(self._feed(start, taken), delimiter=self._separator, strict=True)
            )
        except csv.Error as error:
            failure = ParseError(
                N_(
                    "Line %(line)s cannot be read: look for a quotation mark left open, or one in"
                    " the middle of a cell."
                ),
                line=start[0],
            )
            failure.__cause__ = error
            return Record(taken, [], failure)
        except ParseError as too_long:
            return Record(taken, [], too_long)
        return Record(taken, cells)

    def _feed(self, start: _Line, taken: list[_Line]) -> Iterator[str]:
        size, line = 0, start
        while True:
            taken.append(line)
            size += len(line[1])
            if size > MOST_CHARACTERS:
                raise ParseError(
                    N_(
                        "Line %(line)s is longer than %(most)s characters, the most an import"
                        " takes."
                    ),
                    line=start[0],
                    most=MOST_CHARACTERS,
                )
            yield line[1]
            following = self._line() if line[0] > self._alone else None
            if following is None:
                return
            line = following
