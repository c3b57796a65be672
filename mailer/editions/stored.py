"""A page as a JSON column keeps it, and back (pure).

A page outlives the code that wrote it: an archive is read for years. So what a page has been given
since, where it has a default, may be missing in the JSON; what it no longer has is passed over.
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass, replace
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from mailer.languages import DEFAULT_LANGUAGE, LANGUAGES, Language

from .links import web_link
from .page import Page


def to_json(page: Page) -> dict[str, Any]:
    """The values of `page`: texts, numbers, lists; a language as its code."""
    return cast("dict[str, Any]", _told(asdict(page, dict_factory=_values)))


def for_everybody(page: Page | None) -> dict[str, Any]:
    """`page` as JSON without the holes for its reader's own links."""
    if page is None:
        return {}
    links = tuple(link for link in page.footer.links if web_link(link.url))
    return to_json(replace(page, footer=replace(page.footer, links=links)))


def from_json(stored: Mapping[str, Any]) -> Page:
    """The page that `to_json` wrote. Raises KeyError or TypeError for what is none."""
    return cast("Page", _read(Page, stored))


def _values(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    return {"code": told["code"]} if told.keys() == _LANGUAGE else told


_LANGUAGE = {field.name for field in fields(Language)}


def _told(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _told(one) for name, one in value.items()}
    return [_told(one) for one in value] if isinstance(value, tuple | list) else value


def _read(kind: Any, value: Any) -> Any:
    """`value` as the annotation `kind` wants it: a dataclass, a tuple of them, or as it is."""
    if kind is Language:
        return LANGUAGES.get(value["code"], LANGUAGES[DEFAULT_LANGUAGE])
    if is_dataclass(kind):
        return _made(cast("type", kind), value)
    if get_origin(kind) in (Union, types.UnionType):
        inner = next(one for one in get_args(kind) if one is not type(None))
        return None if value is None else _read(inner, value)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in value)
    return value


def _made(kind: type, told: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    given = {}
    for field in fields(kind):
        optional = field.default is not MISSING or field.default_factory is not MISSING
        if field.name in told or not optional:
            given[field.name] = _read(hints[field.name], told[field.name])
    return kind(**given)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
