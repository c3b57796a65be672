"""What the columns of a file mean, by their names (pure).

A column's meaning is one of `Column`, or `attribute(name)`; as texts, so that a row can keep them.
Exports of other mailers are known by the columns that only they have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mailer.errors import N_, NotFound, ParseError, Refused
from mailer.mime.headers import clean_header_text

MOST_COLUMNS = 100
_ATTRIBUTE = "attribute:"


class Column(StrEnum):
    """What a column may be, besides an attribute; SKIPPED is read past."""

    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    LANGUAGE = "language"
    #: A word of the other mailer: who is no subscriber there is none here (people.STANDING).
    STATUS = "status"
    #: When they unsubscribed there, or their address was found dead: empty for all others.
    LEFT_AT = "left_at"
    DEAD_AT = "dead_at"
    #: A JSON object of attributes.
    ATTRIBUTES = "attributes"
    SKIPPED = ""


#: Columns under the names that people and other mailers give them; compared in lower case.
_NAMES: dict[str, Column] = {
    **dict.fromkeys(
        (
            *("email", "e-mail", "email address", "e-mail address", "mail", "subscriber email"),
            *("courriel", "adresse e-mail", "adresse email", "adresse mail", "adresse courriel"),
            *("البريد الإلكتروني", "البريد الالكتروني", "بريد إلكتروني"),
        ),
        Column.EMAIL,
    ),
    **dict.fromkeys(
        ("name", "full name", "nom", "nom complet", "الاسم", "الاسم الكامل"), Column.NAME
    ),
    **dict.fromkeys(
        ("first name", "first_name", "firstname", "prénom", "prenom", "الاسم الشخصي"),
        Column.FIRST_NAME,
    ),
    **dict.fromkeys(
        ("last name", "last_name", "lastname", "surname", "nom de famille", "الاسم العائلي"),
        Column.LAST_NAME,
    ),
    **dict.fromkeys(("language", "lang", "langue", "locale", "اللغة"), Column.LANGUAGE),
}
#: What our own export adds, and our file of the lines refused: not read back as attributes.
EXPORTED = ("list", "state", "requested_at", "confirmed_at", "left_at")
REFUSED = ("refused_line", "refused_why")


@dataclass(frozen=True, slots=True)
class _Program:
    """A mailer's export: the columns that tell it, and what its own columns mean."""

    name: str
    told_by: frozenset[str]
    columns: dict[str, Column]


def _skipped(*names: str) -> dict[str, Column]:
    return dict.fromkeys(names, Column.SKIPPED)


# Read off the sources: listmonk cmd/subscribers.go; MailPoet lib/Subscribers/ImportExport; the
# Newsletter plugin's users-admin.php; Email Subscribers' class-es-export-subscribers.php; and off
# the heads of Mailchimp's three files (subscribed, unsubscribed, cleaned).
_PROGRAMS = (
    _Program(
        "listmonk",
        frozenset({"uuid", "email", "attributes", "status"}),
        {
            "attributes": Column.ATTRIBUTES,
            "status": Column.STATUS,
            **_skipped("uuid", "created_at", "updated_at"),
        },
    ),
    _Program(
        "Mailchimp",
        frozenset({"email address", "leid", "euid"}),
        {
            "unsub_time": Column.LEFT_AT,
            "clean_time": Column.DEAD_AT,
            **_skipped(
                *("member_rating", "optin_time", "optin_ip", "confirm_time", "confirm_ip"),
                *("latitude", "longitude", "gmtoff", "dstoff", "timezone", "last_changed"),
                *("leid", "euid", "clean_campaign_title", "clean_campaign_id"),
                *("unsub_campaign_title", "unsub_campaign_id", "unsub_reason"),
                "unsub_reason_other",
            ),
        },
    ),
    _Program(
        "MailPoet",
        frozenset({"email", "global status"}),
        {
            "global status": Column.STATUS,
            **_skipped("list", "list status", "subscription ip", "subscription time"),
            **_skipped("confirmation ip", "confirmation time"),
        },
    ),
    _Program(
        "Newsletter",
        frozenset({"email", "surname", "status", "token"}),
        {
            "name": Column.FIRST_NAME,
            "status": Column.STATUS,
            **_skipped("token", "date", "gender", "sex"),
        },
    ),
    _Program(
        "Email Subscribers",
        frozenset({"email", "status", "opt-in type"}),
        {"status": Column.STATUS, **_skipped("list", "opt-in type", "created on")},
    ),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The meaning of each column; `program` wrote the file, "" when nobody knows."""

    program: str
    meanings: tuple[str, ...]


def attribute(name: str) -> str:
    """The meaning of a column that is an attribute of this name; SKIPPED for an empty name."""
    plain = clean_header_text(name)[:60]
    return f"{_ATTRIBUTE}{plain}" if plain else Column.SKIPPED.value


def attribute_name(meaning: str) -> str:
    """The attribute that a column is; "" for one that is none."""
    return meaning.removeprefix(_ATTRIBUTE) if meaning.startswith(_ATTRIBUTE) else ""


def recognised(names: Sequence[str]) -> Layout:
    """What the names of the columns tell. Raises ParseError for too many columns."""
    if len(names) > MOST_COLUMNS:
        raise ParseError(
            N_("The file has %(count)s columns; %(most)s is the most an import takes."),
            count=len(names),
            most=MOST_COLUMNS,
        )
    plain = [name.strip().lstrip("\ufeff") for name in names]
    known = [name.lower() for name in plain]
    program = next((one for one in _PROGRAMS if one.told_by <= set(known)), None)
    meanings: list[str] = []
    for name, lower in zip(plain, known, strict=True):
        meaning = _meaning(name, lower, program)
        again = meaning in meanings and meaning != Column.SKIPPED
        # The second column of one meaning is an attribute, under its own name.
        meanings.append(attribute(name) if again else meaning)
    return Layout(program.name if program else "", tuple(meanings))


def renamed(names: Sequence[str], named: Mapping[str, str]) -> tuple[str, ...]:
    """The meanings of columns, those in `named` (name → meaning) as it says.

    Raises NotFound for a name that no column has, Refused for a meaning that there is not.
    """
    meanings = list(recognised(names).meanings)
    plain = [name.strip().lstrip("\ufeff").lower() for name in names]
    for name, meaning in named.items():
        if name.strip().lower() not in plain:
            raise NotFound(
                N_("No column is named “%(name)s”; there are: %(names)s."),
                name=name[:60],
                names=", ".join(plain)[:300],
            )
        at = plain.index(name.strip().lower())
        meanings[at] = meaning_of(meaning, names[at])
    return tuple(meanings)


def meaning_of(typed: str, name: str) -> str:
    """A meaning that a person chose for the column of a name. Raises Refused for none of ours."""
    if typed == "attribute":
        return attribute(name.strip().lstrip("\ufeff"))
    if attribute_name(typed):
        return attribute(attribute_name(typed))
    try:
        return Column(typed).value
    except ValueError:
        raise Refused(
            N_("“%(typed)s” is nothing that a column can be: use %(there_are)s."),
            typed=typed[:40],
            there_are=", ".join([*(one.value for one in Column if one), "attribute"]),
        ) from None


def usable(meanings: Sequence[str]) -> None:
    """Raises ParseError unless one column is the address, and no meaning is unknown."""
    if Column.EMAIL not in meanings:
        raise ParseError(
            N_("No column is named “email”: the first line of the file names the columns.")
        )


def _meaning(name: str, lower: str, program: _Program | None) -> str:
    if program and lower in program.columns:
        return program.columns[lower].value
    if lower in _NAMES:
        return _NAMES[lower].value
    return Column.SKIPPED.value if lower in (*EXPORTED, *REFUSED) else attribute(name)
