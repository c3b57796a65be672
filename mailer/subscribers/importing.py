"""Taking people in from a file.

The same file again changes nothing, so an interrupted import is resumed by giving the file again.

    file → table.rows → people.People (a thread ahead) → groups → taking.take, a transaction each
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from mailer.errors import N_, NotFound, Refused
from mailer.subscribers import columns, sheet, table
from mailer.subscribers.ahead import ahead
from mailer.subscribers.models import MailingList
from mailer.subscribers.people import People
from mailer.subscribers.records import Records, physical
from mailer.subscribers.taking import Group, Report, take
from mailer.subscribers.terms import Terms
from mailer.subscribers.trial import Trial

#: Lines in one transaction: others write between two of them. People who are asked are fewer, for
#: each is a letter of about a millisecond.
GROUP, GROUP_OF_ASKED = 10_000, 500
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A CSV file, what its columns mean (() as their names say), and the last line that is done."""

    path: Path
    meanings: tuple[str, ...] = ()
    after: int = 1


class Head(NamedTuple):
    """The separator and the names of a file's columns, and about how many lines it has."""

    mark: str
    names: list[str]
    lines: int


def import_csv(
    path: Path,
    list_slug: str,
    *,
    now: datetime,
    confirmed: bool = False,
    consent: str = "",
    named: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: Progress = lambda _lines: None,
) -> Report:
    """Take the people of a CSV or XLSX file into a list; `progress` is told the lines done so far.

    `named` gives the meaning of columns by their names, where these do not tell it. A dry run
    writes nothing, and reports what would come of it. Raises Refused when `confirmed` comes without
    the `consent` that proves it, or the other way round; NotFound for a list or file that is not
    there; ParseError for a file without an address column. A faulty line is in the report and stops
    nothing.
    """
    if confirmed != bool(consent.strip()):
        raise Refused(
            N_(
                "Confirmed people need the words they agreed to, and these words are for"
                " confirmed people only: give --confirmed and --consent together, or neither."
            )
        )
    terms = Terms(find_list(list_slug).pk, consent.strip(), f"import {path.name}"[:200], now)
    report = Report()
    write = Trial().take if dry_run else take
    with as_csv(path) as file:
        meanings = columns.renamed(head(Source(file)).names, named or {})
        for group in groups(Source(file, meanings), terms):
            write(group, terms, report)
            progress(report.accepted + report.known + len(report.refused))
    return report


@contextmanager
def as_csv(path: Path) -> Iterator[Path]:
    """The file itself, or, of a spreadsheet, a CSV file that is gone afterwards."""
    with _readable(path), path.open("rb") as file:
        spreadsheet = file.read(len(sheet.SIGNATURE)) == sheet.SIGNATURE
    if not spreadsheet:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="mailer-") as folder:
        written = Path(folder) / "sheet.csv"
        sheet.to_csv(path, written)
        yield written


def find_list(slug: str) -> MailingList:
    """The list of a slug. Raises NotFound, which names those that are there."""
    found = MailingList.objects.filter(slug=slug).first()
    if found is None:
        slugs = ", ".join(MailingList.objects.order_by("slug").values_list("slug", flat=True))
        raise NotFound(
            N_("There is no list “%(list)s”; there are: %(lists)s."), list=slug, lists=slugs
        )
    return found


def head(source: Source) -> Head:
    """What the first line of a file tells. Raises NotFound, ParseError."""
    with _readable(source.path), _lines(source.path) as (lines, count):
        return Head(*table.header(lines), count)


def sample(source: Source, most: int) -> list[list[str]]:
    """The first records of a file, those that can be read. Raises NotFound, ParseError."""
    with _readable(source.path), _lines(source.path) as (lines, _):
        mark, _names = table.header(lines)
        records = Records(islice(lines, 10 * most), first=2, separator=mark)
        return list(islice((one.cells for one in records if any(one.cells)), most))


def records(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Each record of a file by its line; one that cannot be read has no cells."""
    with _readable(source.path), _lines(source.path) as (lines, _):
        mark, _names = table.header(lines)
        people = People(source.meanings, confirmed=False)
        for row in table.rows(lines, mark, people):
            yield (row.line, []) if isinstance(row, table.Refusal) else row


def groups(source: Source, terms: Terms) -> Iterator[Group]:
    """The people of a file and the lines refused, by groups, each made while the one before it is
    written. Raises NotFound, ParseError."""
    return ahead(_groups(source, terms))


def _groups(source: Source, terms: Terms) -> Iterator[Group]:
    size = GROUP if terms.consent else GROUP_OF_ASKED
    with _readable(source.path), _lines(source.path) as (lines, _):
        mark, names = table.header(lines)
        meanings = source.meanings or columns.recognised(names).meanings
        # The last record that is done is read once more, for it may have had several lines.
        first = max(source.after, 2)
        rest = islice(lines, first - 2, None)
        people = People(meanings, confirmed=bool(terms.consent)).read(rest, mark, first)
        undone = (one for one in people if one[0] > source.after)
        while group := list(islice(undone, size)):
            yield group


@contextmanager
def _lines(path: Path) -> Iterator[tuple[Iterator[str], int]]:
    """The physical lines of a file in its encoding, and about how many they are."""
    with path.open("rb") as raw:
        found = table.form(iter(partial(raw.read, 1 << 16), b""))
    with path.open(encoding=found.encoding, errors="replace", newline="") as file:
        yield physical(file.readline), found.lines


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotFound(
            N_("The file “%(path)s” cannot be read: %(why)s."),
            path=path.name,
            why=error.strerror or "",
        ) from error
