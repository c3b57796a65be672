"""Which articles tell the same thing."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from itertools import count, pairwise

from hypothesis import given
from hypothesis import strategies as st

from bench.parts.heldout import witnesses
from bench.parts.pairs import judged, measured
from mailer.stories.alike import AUTOMATIC
from mailer.stories.group import Grouping, Member, group
from mailer.stories.reading import read
from tests.shared import needs_shared_data, shared

EXPOSITION = [
    "Bruxelles : une exposition retrace soixante ans d’immigration marocaine",
    "Une exposition à Bruxelles sur les soixante ans de l’immigration marocaine",
    "L’immigration marocaine racontée par une exposition à Bruxelles",
]
TRANSFERTS = [
    "Les transferts des Marocains du monde progressent de huit pour cent",
    "Marocains du monde : les transferts progressent encore de huit pour cent",
]
OTHERS = [
    "Inondations : trois villages du Souss coupés de la route",
    "Le port de Nador attend ses premiers navires céréaliers",
    "Coupe du trône : les Lionnes reçoivent Agadir samedi soir",
    "Un festival de cinéma amateur réunit quarante lycéens à Fès",
]
_sources = count(1)


def members(titles: Sequence[str], numbers: Sequence[int | None] = ()) -> list[Member]:
    known = [*numbers, *([None] * len(titles))]
    return [
        Member(read(title, "", "fr"), next(_sources), number)
        for title, number in zip(titles, known, strict=False)
    ]


def stories(found: Grouping) -> set[frozenset[int]]:
    return {frozenset(story) for story in found.stories}


def test_articles_of_one_event_are_one_story_and_others_stay_apart() -> None:
    found = group(members(EXPOSITION + TRANSFERTS + OTHERS))
    assert frozenset({0, 1, 2}) in stories(found)
    assert frozenset({3, 4}) in stories(found)
    assert len(found.stories) == 2 + len(OTHERS)


def test_an_article_that_arrives_joins_the_story_that_stands() -> None:
    found = group(members(EXPOSITION + OTHERS, numbers=[7, 7]))
    assert frozenset({0, 1, 2}) in stories(found)


def test_two_stories_with_a_number_are_offered_and_never_joined() -> None:
    found = group(members([*EXPOSITION[:2], EXPOSITION[0], *OTHERS], numbers=[7, 8]))
    assert not any({0, 1} <= story for story in stories(found))
    assert [(offer.one, offer.other) for offer in found.offers] == [(0, 1)]
    assert found.offers[0].score >= AUTOMATIC


def test_what_was_taken_apart_never_meets_again_and_is_not_offered() -> None:
    found = group(members(TRANSFERTS + OTHERS), apart=[(0, 1)])
    assert not any({0, 1} <= story for story in stories(found))
    assert found.offers == []


def test_what_was_put_together_stays_together() -> None:
    found = group(members(OTHERS), together=[(0, 3)])
    assert frozenset({0, 3}) in stories(found)


def test_a_hand_wins_over_a_dispatch() -> None:
    text = " ".join(f"mot{number}" for number in range(40))
    two = [Member(read(title, text, "fr"), source) for source, title in enumerate(TRANSFERTS)]
    assert stories(group(two)) == {frozenset({0, 1})}
    assert group(two).dispatches == {1: 0}
    assert stories(group(two, apart=[(0, 1)])) == {frozenset({0}), frozenset({1})}


def test_a_chain_of_neighbours_is_not_one_story() -> None:
    """Single linkage would join all of them: each is close to the next, and none to the third."""
    words = [f"nom{number}" for number in range(40)]
    titles = [" ".join(words[start : start + 8]) for start in range(0, 32, 4)]
    found = group(members(titles))
    assert max(len(story) for story in found.stories) <= 3


def test_a_bare_title_is_only_offered() -> None:
    found = group(members(["Revue de presse", "Revue de presse", *OTHERS]))
    assert not any({0, 1} <= story for story in stories(found))


def test_what_lies_more_than_the_window_apart_is_another_event() -> None:
    old, new = members(TRANSFERTS)
    for day, count_of in ((8.0, 1), (8.1, 2)):
        assert len(group([old, replace(new, day=day)]).stories) == count_of


def test_nothing_and_one_are_no_trouble() -> None:
    assert group([]).stories == []
    assert group(members(["", "…"])).stories == [[0], [1]]


@given(st.lists(st.sampled_from(EXPOSITION + TRANSFERTS + OTHERS), max_size=20), st.integers(1, 7))
def test_numbers_hold_however_the_articles_arrive(titles: list[str], at_once: int) -> None:
    given_numbers: list[int] = []
    fresh_number = count(1)
    for end in [*range(at_once, len(titles), at_once), len(titles)]:
        found = group(members(titles[:end], numbers=given_numbers))
        after: dict[int, int] = {}
        for story in found.stories:
            known = {given_numbers[place] for place in story if place < len(given_numbers)}
            assert len(known) <= 1
            number = known.pop() if known else next(fresh_number)
            after |= dict.fromkeys(story, number)
        assert [after[place] for place in range(len(given_numbers))] == given_numbers
        given_numbers = [after[place] for place in range(end)]


@needs_shared_data
def test_the_pairs_that_people_judged() -> None:
    """The floor of what the benchmark measures; its table stands in docs/stories.md."""
    found = judged(shared("clustering"))
    for language, pairs in found.items():
        told = measured(pairs, language)
        assert told.automatic.precision >= 0.92, language
        assert told.automatic.recall >= 0.45, language
        assert told.offered.recall >= 0.65, language
    called = [pair for pair in witnesses(found) if pair.score >= AUTOMATIC]
    assert sum(pair.same for pair in called) >= 0.95 * len(called)


@needs_shared_data
def test_five_thousand_headlines_of_one_day() -> None:
    with shared("clustering/fr_one_day_2020-01-10.csv").open(encoding="utf-8") as lines:
        titles = [row[0] for row in csv.reader(lines)]
    found = group(members(titles))
    assert sorted(place for story in found.stories for place in story) == list(range(len(titles)))
    whole = [story for story in found.stories if len(story) > 1]
    assert all(one < other for story in whole for one, other in pairwise(story))
