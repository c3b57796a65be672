"""Segments: a saved filter that narrows an audience (pure).

All that a filter names must hold: {"languages": ["ar"], "lists": ["press"], "attributes":
[["city", "is", "Rabat"]], "joined_since": "2025-05-21", "never_refused": true}. Nothing in it
depends on the day it is used: what was approved is what is mailed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from mailer.errors import N_, Refused

#: What can be asked of an attribute; "set" and "unset" take no value.
OPERATORS = ("is", "is_not", "set", "unset")
MOST_CONDITIONS = 10


@dataclass(frozen=True, slots=True)
class Condition:
    """What an attribute must be; an attribute that a person has not is no value at all."""

    name: str
    operator: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """Of a person: one of the languages, confirmed on one of the lists (slugs), every condition,
    known here since a day, and no mailing ever refused by their server. Empty: not asked."""

    languages: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    attributes: tuple[Condition, ...] = ()
    joined_since: date | None = None
    never_refused: bool = False

    def stored(self) -> dict[str, Any]:
        """As a JSON column keeps it, always in the same order; what is not asked is left out."""
        found = asdict(self) | {
            "languages": sorted(self.languages),
            "lists": sorted(self.lists),
            "attributes": [[one.name, one.operator, one.value] for one in self.attributes],
            "joined_since": self.joined_since.isoformat() if self.joined_since else "",
        }
        return {name: value for name, value in found.items() if value}


def of(stored: Mapping[str, Any]) -> Filter:
    """The filter that a JSON column keeps."""
    since = stored.get("joined_since", "")
    return Filter(
        languages=tuple(stored.get("languages", ())),
        lists=tuple(stored.get("lists", ())),
        attributes=tuple(Condition(*one) for one in stored.get("attributes", ())),
        joined_since=date.fromisoformat(since) if since else None,
        never_refused=bool(stored.get("never_refused")),
    )


def checked(wanted: Filter) -> Filter:
    """The filter, if it asks for something. Raises Refused."""
    if not wanted.stored():
        raise Refused(N_("This segment is everybody: choose what narrows it."))
    if len(wanted.attributes) > MOST_CONDITIONS:
        raise Refused(N_("A segment takes %(most)s conditions at most."), most=MOST_CONDITIONS)
    for one in wanted.attributes:
        if one.operator not in OPERATORS or not one.name:
            raise Refused(N_("A condition needs an attribute, and what is asked of it."))
        if one.operator in {"is", "is_not"} and not one.value:
            raise Refused(
                N_("Say what “%(name)s” should be, or ask whether it is there at all."),
                name=one.name,
            )
    return wanted
