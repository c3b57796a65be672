"""From the cells of a record to a person who may be taken in, or the reason why not (pure)."""

import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import lru_cache
from json.encoder import encode_basestring
from typing import NamedTuple

from mailer.errors import N_, BadAddress, MailerError, ParseError, Refused
from mailer.languages import DEFAULT_LANGUAGE, LANGUAGES, known
from mailer.mime.headers import clean_header_text
from mailer.subscribers import address
from mailer.subscribers.columns import Column, attribute, attribute_name, usable
from mailer.subscribers.records import Run
from mailer.subscribers.table import Refusal, blank, runs, unguarded

#: Characters of an attribute; the rest is cut off.
MOST_OF_A_CELL = 1_000


class Line(NamedTuple):
    """A person as a line of the file tells of them; `attributes` is a JSON object."""

    number: int
    email: str
    key: str
    name: str
    language: str
    attributes: str


class Standing(Enum):
    """What another mailer says of a person."""

    SUBSCRIBED = "subscribed"
    UNCONFIRMED = "unconfirmed"
    LEFT = "left"
    DEAD = "dead"


#: The words of listmonk, MailPoet, Newsletter (one letter) and Email Subscribers; in lower case.
STANDING: dict[str, Standing] = {
    **dict.fromkeys(
        ("enabled", "subscribed", "confirmed", "active", "inactive", "c", ""), Standing.SUBSCRIBED
    ),
    **dict.fromkeys(("unconfirmed", "not confirmed", "s"), Standing.UNCONFIRMED),
    **dict.fromkeys(
        ("unsubscribed", "disabled", "blocklisted", "complained", "u", "p"), Standing.LEFT
    ),
    **dict.fromkeys(("bounced", "cleaned", "b"), Standing.DEAD),
}

_encoded: Callable[[dict[str, str]], str] = json.JSONEncoder(ensure_ascii=False).encode


class People:
    """Reads lines by the meaning of their columns. Raises ParseError when none is the address.

    `confirmed` tells that these people are said to have confirmed already: who had not confirmed
    in the other mailer cannot be among them.
    """

    def __init__(
        self, meanings: Sequence[str], *, confirmed: bool, language: str = DEFAULT_LANGUAGE
    ) -> None:
        usable(meanings)
        place = {meaning: at for at, meaning in reversed(list(enumerate(meanings)))}
        self._width = len(meanings)
        self._email = place[Column.EMAIL]
        self._names = [
            place[column]
            for column in (Column.NAME, Column.FIRST_NAME, Column.LAST_NAME)
            if column in place
        ]
        self._language = place.get(Column.LANGUAGE)
        self._standing = [
            (place[column], column)
            for column in (Column.STATUS, Column.LEFT_AT, Column.DEAD_AT)
            if column in place
        ]
        self._object = place.get(Column.ATTRIBUTES)
        self._attributes = [
            (at, name) for at, meaning in enumerate(meanings) if (name := attribute_name(meaning))
        ]
        named = [name for _, name in self._attributes]
        self._by_columns = not (
            self._standing or self._object is not None or len(named) > len(set(named))
        )
        self._one_line = {self._email, *self._names, self._language} - {None}
        self._confirmed = confirmed
        self._default = language

    def read(self, lines: Iterator[str], mark: str, first: int = 2) -> Iterator[Line | Refusal]:
        """The people of a file's lines from number `first`, and the lines that are refused."""
        for one in runs(lines, mark, self, first):
            if isinstance(one, Refusal):
                yield one
            elif isinstance(one, Run):
                yield from self._together(one)
            else:
                yield self._line(*one)

    def _together(self, run: Run) -> Iterator[Line | Refusal]:
        """Many lines, column by column: a sixth of the time that they take one by one.

        What is unusual in one column of some lines costs those lines or that column, and is read
        as `line` reads it.
        """
        if not self._by_columns:
            some = enumerate(run.rows, run.first)
            return (self._line(number, cells) for number, cells in some if not blank(cells))
        numbers, rows = self._squared(run)
        if not rows:
            return iter(())
        columns = list(zip(*rows, strict=True))
        faults: dict[int, MailerError] = {}
        codes = self._codes_of(columns, len(rows), faults)
        emails, keys = _addresses_of(columns[self._email], faults)
        names, attributes = self._names_of(columns, rows), self._objects_of(columns, len(rows))
        lines = map(Line, numbers, emails, keys, names, codes, attributes)
        if not faults:
            return lines
        return (
            Refusal(line.number, faults[at]) if at in faults else line
            for at, line in enumerate(lines)
            if not (at in faults and blank(run.rows[line.number - run.first]))
        )

    def _squared(self, run: Run) -> tuple[Sequence[int], list[list[str]]]:
        """The numbers and cells of a run's lines, as many cells in each as the file has columns."""
        numbers = range(run.first, run.first + len(run.rows))
        if set(map(len, run.rows)) == {self._width}:
            return numbers, run.rows
        some = [
            (number, [*cells, *[""] * (self._width - len(cells))][: self._width])
            for number, cells in zip(numbers, run.rows, strict=True)
            if not blank(cells)
        ]
        return [number for number, _ in some], [cells for _, cells in some]

    def _codes_of(
        self, columns: list[tuple[str, ...]], count: int, faults: dict[int, MailerError]
    ) -> Sequence[str]:
        if self._language is None:
            return [self._default] * count
        column = columns[self._language]
        codes: dict[str, str] = {}
        for text in set(column):
            try:
                codes[text] = _language(text.strip()) if text.strip() else self._default
            except MailerError as reason:
                codes[text] = ""
                faults |= {at: reason for at, cell in enumerate(column) if cell == text}
        return [codes[text] for text in column]

    def _names_of(self, columns: list[tuple[str, ...]], rows: list[list[str]]) -> Sequence[str]:
        if not self._names:
            return [""] * len(rows)
        found = [columns[at] for at in self._names]
        if not all(map(_is_clean, found)):
            return [self._name(cells) for cells in rows]
        if len(found) == 1:
            return [cell.strip()[:200] for cell in found[0]]
        parted = zip(*(map(str.strip, column) for column in found), strict=True)
        return [" ".join(filter(None, words))[:200] for words in parted]

    def _objects_of(self, columns: list[tuple[str, ...]], count: int) -> Sequence[str]:
        """Each line's attributes, as `_encoded` writes them."""
        parts: list[list[str]] = []
        for at, name in self._attributes:
            start, column = f"{encode_basestring(name)}: ", columns[at]
            values = (
                [cell.strip() for cell in column]
                if _is_clean(column) and max(map(len, column)) <= MOST_OF_A_CELL
                else map(_attribute, column)
            )
            parts.append([start + encode_basestring(value) if value else "" for value in values])
        if not parts:
            return ["{}"] * count
        if len(parts) == 1:
            return ["{" + part + "}" for part in parts[0]]
        return ["{" + ", ".join(filter(None, some)) + "}" for some in zip(*parts, strict=True)]

    def _line(self, number: int, cells: list[str]) -> Line | Refusal:
        try:
            return self.line(number, cells)
        except MailerError as reason:
            return Refusal(number, reason)

    def line(self, number: int, cells: list[str]) -> Line:
        """The person of a record. Raises BadAddress, Refused, ParseError."""
        if len(cells) < self._width:
            cells = cells + [""] * (self._width - len(cells))
        if self._standing:
            self._refuse_who_is_gone(cells)
        language = cells[self._language].strip() if self._language is not None else ""
        code = _language(language) if language else self._default
        email, key = address.parse(_plain(cells[self._email]))
        return Line(number, email, key, self._name(cells), code, self._attributes_of(cells))

    def holds(self, cells: list[str]) -> bool:
        """Whether cells read as a whole line of this file: as many, with an address in place."""
        if len(cells) != self._width:
            return False
        try:
            address.parse(_plain(cells[self._email]))
        except BadAddress:
            return False
        return True

    def broken_over_lines(self, cells: list[str]) -> bool:
        """Whether a cell that has one line by nature (address, name, language) has several."""
        return any(
            end in cell for at, cell in enumerate(cells) if at in self._one_line for end in "\r\n"
        )

    def _name(self, cells: list[str]) -> str:
        words = [_plain(cells[at]) for at in self._names]
        return clean_header_text(" ".join(filter(None, words)))[:200]

    def _attributes_of(self, cells: list[str]) -> str:
        found: dict[str, str] = {}
        for at, name in self._attributes:
            if value := _attribute(cells[at]):
                found[name] = value
        if self._object is not None and (cell := cells[self._object].strip()):
            found |= _flattened(cell)
        return _encoded(found) if found else "{}"

    def _refuse_who_is_gone(self, cells: list[str]) -> None:
        match self._standing_of(cells):
            case Standing.LEFT:
                raise Refused(N_("This person had left, by the mailer that wrote the file."))
            case Standing.DEAD:
                raise Refused(
                    N_("No mail arrived at this address, by the mailer that wrote the file.")
                )
            case Standing.UNCONFIRMED if self._confirmed:
                raise Refused(
                    N_(
                        "This person had not confirmed, by the mailer that wrote the file: import"
                        " them without proof, and they are asked."
                    )
                )
            case None:
                raise Refused(
                    N_(
                        "It is not known what the status of this person means: correct it, or let"
                        " the column be skipped."
                    )
                )

    def _standing_of(self, cells: list[str]) -> Standing | None:
        found: Standing | None = Standing.SUBSCRIBED
        for at, column in self._standing:
            cell = cells[at].strip()
            if column == Column.STATUS:
                found = STANDING.get(cell.lower())
            elif cell:
                return Standing.LEFT if column == Column.LEFT_AT else Standing.DEAD
        return found


def _plain(cell: str) -> str:
    cell = cell.strip()
    return unguarded(cell) if cell[:1] == "'" else cell


def _attribute(cell: str) -> str:
    return clean_header_text(_plain(cell)[:MOST_OF_A_CELL])


def _is_clean(cells: Sequence[str]) -> bool:
    """Whether cells need nothing taken away but the spaces around them: a look at all at once."""
    whole = "".join(cells)
    # What prints holds no control, no override, and no white space but the space.
    return whole.isprintable() and "'" not in whole and unicodedata.is_normalized("NFC", whole)


def _addresses_of(
    cells: Sequence[str], faults: dict[int, MailerError]
) -> tuple[Sequence[str], Sequence[str]]:
    """Addresses as typed, and their keys; those that are none are among the faults."""
    texts = [_plain(cell) for cell in cells]
    if keys := address.plain_keys(texts):
        return texts, keys
    found = []
    for at, text in enumerate(texts):
        try:
            found.append(address.parse(text))
        except BadAddress as reason:
            faults.setdefault(at, reason)
            found.append(address.Address("", ""))
    return [one.typed for one in found], [one.key for one in found]


@lru_cache(maxsize=256)
def _language(text: str) -> str:
    found = known(text)
    if found is None:
        raise Refused(
            N_("“%(language)s” is not a language we publish in: use %(codes)s."),
            language=address.shown(text, 20),
            codes=", ".join(LANGUAGES),
        )
    return found.code


def _flattened(cell: str) -> dict[str, str]:
    """A JSON object as attributes: what is no text is kept as its JSON."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise ParseError(N_("The attributes of this person are not a JSON object.")) from error
    if not isinstance(found, dict):
        raise ParseError(N_("The attributes of this person are not a JSON object."))
    named = {attribute_name(attribute(name)): value for name, value in found.items()}
    return {
        name: clean_header_text(_text(value)[:MOST_OF_A_CELL])
        for name, value in named.items()
        if name and value not in (None, "")
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
