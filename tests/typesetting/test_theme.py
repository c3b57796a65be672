"""The colours can be read, and a theme brings nothing but values."""

from dataclasses import replace
from typing import Any

import pytest

from mailer.errors import Refused
from mailer.typesetting.theme import (
    Fonts,
    contrast,
    faint,
    laid_over,
    theme_of,
)
from mailer.typesetting.themes import shipped, values

THEMES = ["cedar", "majorelle"]


@pytest.mark.parametrize("name", THEMES)
def test_every_text_of_a_shipped_theme_stands_out_from_its_ground(name: str) -> None:
    assert list(faint(shipped(name))) == []


def test_a_text_that_is_too_faint_is_named_with_its_ground() -> None:
    cedar = shipped("cedar")
    pale = replace(cedar, dark=replace(cedar.dark, muted="#3f4843"))
    found = list(faint(pale))
    assert [(one.scheme, one.text, one.ground) for one in found] == [("dark", "muted", "paper")]
    assert 1 < found[0].ratio < 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("colour", ["red", "#FFF", "#fff", "#ffffff}</style>", "url(x)", 7])
def test_a_colour_that_is_no_colour_is_refused(colour: Any) -> None:
    with pytest.raises(Refused, match="ink is no colour"):
        replace(shipped("cedar").light, ink=colour)


@pytest.mark.parametrize(
    "stack", ["", "a;color:red", '"Segoe UI"', "a</style>", "Arial,", "A" * 121]
)
def test_a_font_stack_that_could_leave_its_place_is_refused(stack: str) -> None:
    with pytest.raises(Refused, match="no list of fonts"):
        Fonts(display=stack, text="Arial")


@pytest.mark.parametrize("radius", [-1, 41, "6", True, 1.5])
def test_a_corner_is_round_within_reason(radius: Any) -> None:
    with pytest.raises(Refused, match="radius"):
        replace(shipped("cedar"), radius=radius)


def test_changes_lie_over_a_theme_value_by_value() -> None:
    changes = {"light": {"ink": "#000000"}, "footers": {"fr": "Le Conseil", "xx": "?"}}
    theme = theme_of(laid_over(values("cedar"), changes))
    assert theme.light.ink == "#000000"
    assert theme.light.paper == shipped("cedar").light.paper
    assert theme.footers == {"fr": "Le Conseil"}


def test_what_a_theme_lacks_is_named() -> None:
    lacking: dict[str, Any] = {**values("cedar"), "dark": {"ink": "#000000"}}
    with pytest.raises(Refused, match="lacks ground in its part dark"):
        theme_of(lacking)
    with pytest.raises(Refused, match="in its part light"):
        theme_of({**lacking, "light": "blue"})
