"""What forbids sending and what warns, each a sentence with the place to mend."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mailer.editions.layout import EXTRACT
from mailer.editions.markup import Faults, faults
from mailer.editions.preflight import (
    CLIPPED_FROM,
    HEAVY_FROM,
    Checked,
    CheckedEntry,
    Place,
    findings,
    quotes_too_much,
)

from .mails import CODES, composed
from .sample import draft

WELL = Checked(
    publication="Revue de presse",
    language="fr",
    subject="Revue de presse – mercredi 21 mai 2025 – 12 articles",
    html_size=47_000,
    encoded_size=60_000,
    ways_out=(1, 1),
    faults=Faults(),
    sender="revue@conseil.example",
    postal_address="Rabat",
    relay_is_local=False,
    day=date(2025, 5, 21),
    today=date(2025, 5, 21),
    entries=(CheckedEntry(7, 3, ("Un titre à 100 %", "Le chapô du XXe siècle", "")),),
    words=("Cette semaine, 28 milliards {ou plus} [sic]",),
)
ENTRY = WELL.entries[0]
ISSUE, HERE = Place("issue", "fr"), Place("issue", "fr", 7)


def test_where_all_is_well_nothing_is_said() -> None:
    assert findings(WELL) == []


@pytest.mark.parametrize(
    ("changed", "forbids", "sentence", "place"),
    [
        ({"ways_out": (1, 0)}, True, "no unsubscription link", None),
        ({"sender": ""}, True, "no sender address", Place("publication")),
        ({"postal_address": ""}, True, "no postal address", Place("publication")),
        ({"sender": "", "relay_is_local": True}, False, "no sender", Place("publication")),
        ({"subject": "x" * 121}, True, "has 121 characters", Place("publication")),
        ({"faint_texts": 2}, False, "2 texts .* too faint", Place("theme")),
        ({"faults": Faults(undirected=3)}, True, "its direction in 3 places", None),
        ({"faults": Faults(wordless=1)}, False, "1 pictures .* no words", ISSUE),
        ({"html_size": HEAVY_FROM + 1}, False, "weighs 60 kB, more than 60", ISSUE),
        ({"encoded_size": CLIPPED_FROM + 1}, False, "weighs 100 kB: Gmail", ISSUE),
        ({"today": date(2025, 5, 22)}, False, "dated 2025-05-21, which is past", Place("issue")),
        ({"words": ("Bonjour {{ nom }}",)}, False, "“{{ nom }}” was left", ISSUE),
    ],
    ids=str,
)
def test_what_is_wrong_with_an_edition(
    changed: dict[str, Any], forbids: bool, sentence: str, place: Place | None
) -> None:
    (found,) = findings(replace(WELL, **changed))
    assert (found.forbids, found.place) == (forbids, place)
    with pytest.raises(type(found.sentence), match=sentence):
        raise found.sentence


@pytest.mark.parametrize(
    ("changed", "forbids", "sentence"),
    [
        ({"lead": "mot " * 60, "original": "mot " * 90}, True, "Entry 3 .* only be quoted"),
        ({"link_is_dead": True}, False, "link of entry 3 .* nowhere"),
        ({"words": ("Titre", "lorem ipsum dolor")}, False, "“lorem ipsum” .* in entry 3"),
    ],
    ids=str,
)
def test_what_is_wrong_with_an_entry(changed: dict[str, Any], forbids: bool, sentence: str) -> None:
    (found,) = findings(replace(WELL, entries=(replace(ENTRY, **changed),)))
    assert (found.forbids, found.place) == (forbids, HERE)
    with pytest.raises(type(found.sentence), match=sentence):
        raise found.sentence


def test_what_forbids_is_said_first() -> None:
    told = findings(replace(WELL, html_size=70_000, today=date(2025, 6, 1), ways_out=(0, 0)))
    assert [one.forbids for one in told] == [True, False, False]


@pytest.mark.parametrize(
    "left",
    ["{{ titre }}", "{% block %}", "%(name)s", "${nom}", "*|FNAME|*", "[…]", "[Titre]", "XXX",
     "tktk", "Lorem ipsum", "[à compléter]"],
)  # fmt: skip
def test_what_was_left_to_be_filled_in_is_found(left: str) -> None:
    (found,) = findings(replace(WELL, words=(f"Avant {left} après",)))
    assert left in str(found.sentence)


def test_an_extract_may_be_repeated_and_no_more() -> None:
    original = " ".join(f"mot{number}" for number in range(200))
    short, long = original[: EXTRACT - 20], original[10 : EXTRACT + 60]
    assert not quotes_too_much(short, original)
    assert quotes_too_much(long, original)
    assert quotes_too_much(f"Nous lisons : « {long.upper()} »…", original)
    assert quotes_too_much(long.replace(" ", ", "), original)
    assert not quotes_too_much("nos propres mots " * 40, original)
    assert not quotes_too_much(f"{short} {short}", original)


def test_an_arabic_extract_is_measured_alike() -> None:
    original = "ارتفعت التحويلات بدعم من فرنسا وإسبانيا " * 12 + "نهاية"
    assert quotes_too_much(original[:260], original)
    assert not quotes_too_much(original[:150], original)


@pytest.mark.parametrize("code", CODES)
def test_our_own_templates_are_without_fault(code: str) -> None:
    direction = "rtl" if code == "ar" else "ltr"
    html = composed(draft(code)).html
    assert faults(html, code, direction) == Faults()
    assert faults(html.replace('<table role="presentation" dir', "<table data", 1), code, direction)
    told = faults(html.replace("</main>", '<img src="x"><table></table></main>'), code, direction)
    assert told == Faults(undirected=1, wordless=1)
    assert faults(html.replace('role="article"', ""), code, direction).undirected == 1
    assert faults(f"<p>{code}</p>", code, direction).undirected == 3
