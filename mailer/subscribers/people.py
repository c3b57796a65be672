"""From the cells of a record to a person who may be taken in, or the reason why not (pure)."""

import json
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from mailer.errors import N_, BadAddress, MailerError, ParseError, Refused
from mailer.languages import DEFAULT_LANGUAGE, LANGUAGES, known
from mailer.mime.headers import clean_header_text
from mailer.subscribers import address
from mailer.subscribers.columns import Column, attribute, attribute_name, usable
from mailer.subscribers.table import Refusal, rows, unguarded

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
        self._one_line = {self._email, *self._names, self._language} - {None}
        self._confirmed = confirmed
        self._default = language

    def read(self, lines: Iterator[str], mark: str, first: int = 2) -> Iterator[Line | Refusal]:
        """The people of a file's lines from number `first`, and the lines that are refused."""
        for row in rows(lines, mark, self, first):
            if isinstance(row, Refusal):
                yield row
                continue
            try:
                yield self.line(*row)
            except MailerError as reason:
                yield Refusal(row[0], reason)

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
            if cell := _plain(cells[at]):
                found[name] = clean_header_text(cell[:MOST_OF_A_CELL])
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
