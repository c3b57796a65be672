"""Stacked bars, as numbers for an SVG."""

import pytest

from mailer.web.desk.chart import HEIGHT, WIDTH, rounded, stacked

KINDS = ("hard", "soft")


def test_bars_stand_side_by_side_and_their_parts_on_each_other() -> None:
    chart = stacked([{"hard": 5, "soft": 5}, {"hard": 0, "soft": 2}], KINDS)
    assert chart.most == 10
    first, second, third = chart.blocks
    assert (first.kind, first.height, first.y) == ("hard", HEIGHT / 2, HEIGHT / 2)
    assert (second.kind, second.y) == ("soft", 0)
    assert third.x > WIDTH / 2
    assert third.y + third.height == HEIGHT


def test_nothing_is_a_chart_too() -> None:
    assert stacked([], KINDS).blocks == ()
    assert stacked([{}, {"hard": 0}], KINDS).blocks == ()


@pytest.mark.parametrize(("figure", "top"), [(0, 1), (3, 5), (10, 10), (11, 20), (999, 1000)])
def test_the_top_is_a_round_figure(figure: int, top: int) -> None:
    assert rounded(figure) == top
