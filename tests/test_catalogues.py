"""Every sentence a person sees is there in every language."""

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message

from tests import catalogues

pytestmark = pytest.mark.once

_PLACES = re.compile(r"%(?:\((\w+)\))?[sd]|\{\w*\}")


@cache
def _template() -> Catalog:
    return catalogues.template()


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _forms(message: Message | None) -> tuple[str, ...]:
    if message is None or not message.string:
        return ()
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _places(text: str) -> set[str]:
    return {found[0] for found in _PLACES.finditer(text)}


def _wrong(message: Message, translated: Message | None, plurals: int) -> str:
    """What is wrong with a translation; empty when nothing."""
    forms = _forms(translated)
    if translated is None or not forms or not all(forms):
        return "is not translated"
    if translated.fuzzy:
        return "is marked fuzzy"
    if len(forms) != (plurals if message.pluralizable else 1):
        return f"has {len(forms)} forms"
    return _wrong_places(message, forms)


def _wrong_places(message: Message, forms: tuple[str, ...]) -> str:
    wanted = set().union(*map(_places, _ids(message)))
    for form in forms:
        # “One reader” and the Arabic dual may do without their number; the last form may not.
        complete = _places(form) == wanted or (message.pluralizable and form != forms[-1])
        if not complete or not _places(form) <= wanted:
            return f"has the places {sorted(_places(form))} for {sorted(wanted)}"
    return ""


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_sentence_is_translated_whole(language: str) -> None:
    known = catalogues.read(language)
    wrong = [
        f"{_ids(message)[0]!r} {what} ({message.locations[0][0]})"
        for message in _template()
        if message.id
        if (what := _wrong(message, known.get(message.id, message.context), known.num_plurals))
    ]

    assert wrong == []


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_no_catalogue_holds_a_sentence_that_is_gone(language: str) -> None:
    gone = [
        message.id
        for message in catalogues.read(language)
        if message.id and _template().get(message.id, message.context) is None
    ]

    assert gone == []


def test_sentences_of_code_and_templates_are_found() -> None:
    files = {name for message in _template() for name, _line in message.locations}

    assert "mailer/embedded/place.py" in files
    assert any(name.startswith("templates/public/") for name in files)
    assert any(name.startswith("templates/_parts/") for name in files)


def test_the_arabic_plurals_are_six() -> None:
    assert catalogues.read("ar").num_plurals == 6


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("", "is not translated"),
        ("Le port %(port)s est pris.", ""),
        ("Le port est pris.", "has the places"),
        ("Le port %(porte)s est pris.", "has the places"),
    ],
)
def test_a_translation_that_loses_a_place_is_caught(translation: str, fault: str) -> None:
    message = Message("Port %(port)s is taken.")
    translated = Message(message.id, translation)

    assert _wrong(message, translated, plurals=2).startswith(fault)
    assert bool(_wrong(message, translated, plurals=2)) == bool(fault)
