"""Which of many pairs are alike: the same as asking every pair."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from mailer.stories.alike import likeness, vectors
from mailer.stories.neighbours import alike
from mailer.stories.reading import read

WORDS = [f"mot{number}" for number in range(12)]
sentences = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)


@given(st.lists(st.tuples(sentences, sentences, st.booleans()), max_size=12), st.floats(0.05, 0.95))
def test_no_pair_is_missed_and_none_is_found_twice(
    told: list[tuple[str, str, bool]], least: float
) -> None:
    found = vectors([read(title, text, "fr") for title, text, _ in told])
    fresh = [is_fresh for _, _, is_fresh in told]
    every = {
        (one, other)
        for one, other in combinations(range(len(found)), 2)
        if likeness(found[one], found[other]) >= least and (fresh[one] or fresh[other])
    }
    given_pairs = [(one, other) for one, other, _ in alike(found, least, fresh)]
    assert len(given_pairs) == len(set(given_pairs))
    # Where the two sums differ in their last digit, a pair may stand on either side of the least.
    for one, other in every ^ set(given_pairs):
        assert abs(likeness(found[one], found[other]) - least) < 1e-9


def test_each_pair_comes_with_its_likeness() -> None:
    found = vectors([read(title, "", "fr") for title in ("un port de pêche", "le port de pêche")])
    assert [*alike(found, 0.1, [True, True])] == [(0, 1, likeness(*found))]
    assert [*alike(found, 0.1, [False, False])] == []
