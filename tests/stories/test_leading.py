"""Pinned, own site, heaviest source, longest lead, earliest: in this order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailer.stories.leading import Candidate, leader
from tests.people import WEDNESDAY

PLAIN = Candidate(1, own=False, weight=1, lead=100, published_at=WEDNESDAY)


@pytest.mark.parametrize(
    "better",
    [
        {"own": True},
        {"weight": 2},
        {"lead": 101},
        {"published_at": WEDNESDAY - timedelta(minutes=1)},
    ],
)
def test_each_rule_decides_where_those_before_it_do_not(better: dict[str, object]) -> None:
    assert leader([PLAIN, replace(PLAIN, id=2, **better)]) == 2


def test_an_earlier_rule_wins_over_all_later_ones() -> None:
    own = replace(PLAIN, id=2, own=True, lead=0, published_at=WEDNESDAY + timedelta(days=1))
    heavy = replace(PLAIN, id=3, weight=9, lead=500)
    assert leader([PLAIN, own, heavy]) == 2
    assert leader([PLAIN, own, heavy], pinned=1) == 1


def test_a_pinned_article_that_is_not_there_pins_nothing() -> None:
    assert leader([PLAIN], pinned=99) == 1
