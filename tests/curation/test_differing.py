"""What an act changed, and whether it still stands."""

from mailer.curation.differing import differing, overtaken

BEFORE = {"1": {"headline": "", "position": 1}, "2": {"headline": "", "position": 2}}


def test_only_what_changed_is_kept() -> None:
    after = {"1": {"headline": "Mieux", "position": 1}, "2": {"headline": "", "position": 2}}

    assert differing(BEFORE, after) == ({"1": {"headline": ""}}, {"1": {"headline": "Mieux"}})


def test_what_came_or_went_is_kept_whole() -> None:
    after = {"2": BEFORE["2"], "3": {"headline": "Neuf", "position": 1}}

    assert differing(BEFORE, after) == (
        {"1": BEFORE["1"], "3": None},
        {"1": None, "3": {"headline": "Neuf", "position": 1}},
    )


def test_nothing_is_kept_of_an_act_that_changed_nothing() -> None:
    assert differing(BEFORE, BEFORE) == ({}, {})


def test_another_field_of_the_same_entry_does_not_stand_in_the_way() -> None:
    now = {"1": {"headline": "Mieux", "position": 7}}

    assert not overtaken({"1": {"headline": "Mieux"}}, now)


def test_the_same_field_changed_again_does() -> None:
    assert overtaken({"1": {"headline": "Mieux"}}, {"1": {"headline": "Autre", "position": 1}})


def test_an_entry_that_came_back_or_went_away_does() -> None:
    assert overtaken({"1": None}, BEFORE)
    assert overtaken({"9": {"headline": "Mieux"}}, BEFORE)
    assert not overtaken({"9": None}, BEFORE)
