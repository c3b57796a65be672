"""The colours can be read, and a theme brings nothing but values."""

from dataclasses import replace

import pytest

from mailer.typesetting.theme import CEDAR, Fonts, Palette, contrast


@pytest.mark.parametrize("palette", [CEDAR.light, CEDAR.dark], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "muted", "accent", "warm"])
@pytest.mark.parametrize("ground", ["paper", "tint", "ground"])
def test_every_text_stands_out_from_every_ground(palette: Palette, text: str, ground: str) -> None:
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize("palette", [CEDAR.light, CEDAR.dark], ids=["light", "dark"])
def test_a_button_can_be_read(palette: Palette) -> None:
    assert contrast(palette.paper, palette.accent) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("colour", ["red", "#FFF", "#fff", "#ffffff}</style>", "url(x)"])
def test_a_colour_that_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="ink"):
        replace(CEDAR.light, ink=colour)


@pytest.mark.parametrize("stack", ["", "a;color:red", '"Segoe UI"', "a</style>", "Arial,"])
def test_a_font_stack_that_could_leave_its_place_is_refused(stack: str) -> None:
    with pytest.raises(ValueError, match="font"):
        Fonts(display=stack, text="Arial")
