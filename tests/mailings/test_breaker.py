"""When a mailing is paused by itself, and what staff are told of it."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.errors import Refused
from mailer.mailings import breaker as rules
from mailer.mailings.breaker import WINDOW, Breaker, Refusal
from mailer.mailings.retry import Kind

pytestmark = pytest.mark.once

SPAM = Refusal(Kind.POLICY, "gmail.com", "550 5.7.1 Message rejected as spam")
UNKNOWN = Refusal(Kind.NO_MAILBOX, "example.org", "550 5.1.1 <a@example.org>: user unknown")
NO = Refusal(Kind.REFUSED, "example.org", "554 No")
BIG = Refusal(Kind.TOO_BIG, "example.org", "552 5.3.4 Message too big")

#: What a server answered: a refusal, or the domain of whom it took the message for.
Told = Refusal | str
WELL = "free.fr"


def answers(told: Iterable[Told], breaker: Breaker | None = None, at_once: int = 1) -> int | None:
    """Feed them in batches; after how many it opened, None when it did not."""
    breaker, told = breaker or Breaker(), list(told)
    for start in range(0, len(told), at_once):
        batch = told[start : start + at_once]
        taken = [one for one in batch if isinstance(one, str)]
        if breaker.feed(taken, [one for one in batch if not isinstance(one, str)]):
            return min(start + at_once, len(told))
    return None


def why(told: Iterable[Told]) -> Refused:
    """The sentence with which it opened."""
    breaker = Breaker()
    assert answers(told, breaker) is not None
    found = breaker.feed([], [])
    assert found is not None
    return found


def of(domain: str, refusal: Refusal = SPAM) -> Refusal:
    return refusal._replace(domain=domain)


def mixed(count: int, part: float, refusal: Refusal, seed: int = 0) -> list[Told]:
    """So many answers, of which a part refuses, here and there."""
    chance = random.Random(seed)
    domains = [f"d{chance.randrange(50)}.example" for _ in range(count)]
    return [of(domain, refusal) if chance.random() < part else domain for domain in domains]


@pytest.mark.parametrize(("refusal", "after"), [(NO, 15), (BIG, 15), (SPAM, 15), (UNKNOWN, 30)])
def test_a_relay_that_refuses_everybody_is_stopped_after_some_twenty(
    refusal: Refusal, after: int
) -> None:
    everybody = [of(f"d{n}.example", refusal) for n in range(1000)]
    assert answers(everybody) == after
    # However many go well before it begins: as many as make a tenth, or two fifths, of the last.
    opened = answers([WELL] * 5000 + everybody)
    assert opened is not None
    assert opened - 5000 in (20, 80)


def test_a_relay_that_refuses_everybody_is_stopped_where_all_readers_are_of_one_provider() -> None:
    assert answers([SPAM] * 1000) == 20
    assert answers([UNKNOWN] * 1000) == 30


@pytest.mark.parametrize("part", [0.05, 0.1])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("at_once", [1, 40, 500])
def test_an_old_list_passes(part: float, seed: int, at_once: int) -> None:
    assert answers(mixed(30_000, part, UNKNOWN, seed), at_once=at_once) is None


def test_a_heap_of_dead_mailboxes_of_one_closed_provider_passes() -> None:
    healthy = mixed(500, 0.05, UNKNOWN)
    assert answers([*healthy, *[of("closed.example", UNKNOWN)] * 60, *healthy]) is None


def test_a_list_of_which_half_is_dead_is_no_list_of_subscribers() -> None:
    told = why(mixed(500, 0.6, UNKNOWN))
    assert told.message == rules.NO_MAILBOXES
    assert "said that the mailbox does not exist" in str(told)


def test_what_some_strict_servers_refuse_by_policy_passes() -> None:
    assert answers(mixed(30_000, 0.02, SPAM), at_once=50) is None


def test_policy_weighs_more_than_dead_mailboxes() -> None:
    assert answers(mixed(3000, 0.15, SPAM)) is not None
    assert answers(mixed(3000, 0.15, UNKNOWN)) is None


def test_both_add_up() -> None:
    few_of_each: list[Told] = [NO, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, *[WELL] * 15]
    assert answers([few_of_each[n % 20] for n in range(1000)]) is not None
    without_no = [one for one in few_of_each if one is not NO]
    assert answers([without_no[n % 19] for n in range(1000)]) is None


@pytest.mark.parametrize("refusal", [SPAM, NO, UNKNOWN])
@pytest.mark.parametrize("refused", [3, 10])
def test_a_mailing_to_ten_is_never_paused(refusal: Refusal, refused: int) -> None:
    assert answers([refusal] * refused + [WELL] * (10 - refused)) is None


def test_one_provider_is_told_by_its_name() -> None:
    """Everybody has a third of their readers there, and it takes no more."""
    told = why([of("wanadoo.fr") if n % 3 == 0 else WELL for n in range(3000)])
    assert told.message == rules.BY_ONE
    assert told.values["domain"] == "orange.fr"
    assert "Of the last 20 answers for orange.fr, 20 refused the message by policy" in str(told)


def test_a_provider_with_few_of_the_readers_stops_it_when_too_many_are_lost() -> None:
    told = why([of("wanadoo.fr") if n % 50 == 0 else WELL for n in range(20_000)])
    assert (told.values["domain"], told.values["refused"]) == ("orange.fr", 200)


@pytest.mark.parametrize("at_once", [1, 100, 2000])
def test_a_ministry_that_takes_no_mail_from_us_does_not_stop_everybody_elses(at_once: int) -> None:
    heap: list[Told] = [of("ministry.example")] * 60
    told = [*mixed(3000, 0.05, UNKNOWN), *heap, *mixed(3000, 0.05, UNKNOWN)]
    assert answers(told, at_once=at_once) is None


def test_a_provider_that_takes_most_of_its_mail_is_no_reason() -> None:
    half_well = [of("orange.fr"), "wanadoo.fr", "orange.fr", *[WELL] * 47]
    assert answers([half_well[n % 50] for n in range(30_000)]) is None


def test_what_many_providers_refuse_is_not_said_of_one() -> None:
    told = why([of(f"d{n}.example") if n % 4 == 0 else WELL for n in range(400)])
    assert told.message == rules.BY_POLICY
    assert "domain" not in told.values


def test_the_sentence_says_what_was_seen_and_what_to_do_next() -> None:
    told = str(why([*[WELL] * 45, *[of(f"d{n}.example") for n in range(100)]]))
    assert told.startswith("Of the last 60 answers, 15 refused the message by policy, such as “550")
    assert "Message rejected as spam" in told
    assert told.endswith("then let it go on.")
    assert "too large" in str(why([BIG] * 40))
    assert "refused the message for good" in str(why([NO] * 40))


def test_no_readers_address_stands_in_the_sentence() -> None:
    told = str(why([UNKNOWN] * 40))
    assert "“550 5.1.1 … user unknown”" in told
    assert "@" not in told
    endless = Refusal(Kind.REFUSED, "x.example", "554 " + "long " * 200)
    assert len(str(why([endless] * 40))) < 500


@pytest.mark.parametrize(
    "kind",
    [Kind.GREYLISTED, Kind.CLOSING, Kind.SLOW_DOWN, Kind.LATER, Kind.BAD_ADDRESS, Kind.TOO_LATE],
)
def test_what_loses_nobody_or_was_no_servers_word_does_not_count(kind: Kind) -> None:
    assert answers([Refusal(kind, "example.org", "450 later")] * 500) is None


def test_after_a_person_let_it_go_on_it_begins_anew() -> None:
    before = [of(f"d{n}.example") for n in range(14)]
    breaker = Breaker()
    assert answers(before, breaker) is None
    assert answers([of("d.example", NO)] * 15, breaker) is not None
    assert breaker.feed(["free.fr"] * 500, []) is not None, "it stays open"
    assert answers(before, Breaker()) is None


def test_an_installation_may_set_it_stricter_looser_or_off() -> None:
    one_in_fourteen = [of(f"d{n}.example") if n % 14 == 0 else WELL for n in range(2000)]
    everybody = [of(f"d{n}.example") for n in range(200)]
    assert answers(one_in_fourteen) is None
    assert answers(one_in_fourteen, Breaker(0.05)) is not None
    assert answers(everybody, Breaker(1.0)) == 15
    nine_in_ten = [of(f"d{n}.example") if n % 10 else WELL for n in range(2000)]
    assert answers(nine_in_ten) is not None
    assert answers(nine_in_ten, Breaker(1.0)) is None
    assert answers(everybody * 5, Breaker(0)) is None


@given(
    told=st.lists(st.sampled_from([WELL, WELL, WELL, SPAM, UNKNOWN, NO]), max_size=600),
    at_once=st.integers(1, 300),
)
@settings(max_examples=80)
def test_it_opens_only_on_enough_refusals_and_names_figures_that_were_seen(
    told: list[Told], at_once: int
) -> None:
    breaker = Breaker()
    opened = answers(told, breaker, at_once)
    if opened is None:
        return
    refused = [one for one in told[:opened] if not isinstance(one, str)]
    assert len(refused) >= rules.ENOUGH_MESSAGE
    found = breaker.feed([], [])
    assert found is not None
    values = found.values
    assert isinstance(values["refused"], int)
    assert isinstance(values["answers"], int)
    assert values["refused"] <= min(len(refused), values["answers"])
    assert values["answers"] <= min(opened, WINDOW - 1 + at_once)


def test_what_was_well_counts_whichever_way_it_is_told() -> None:
    told, counted = Breaker(), Breaker()
    for _ in range(40):
        told.feed(["example.org"] * 7, [])
        counted.well(7)
    refusals = [Refusal(Kind.POLICY, f"{n}.example", "550 5.7.1 no") for n in range(60)]
    first, second = (
        next(n for n, one in enumerate(refusals) if breaker.feed([], [one]))
        for breaker in (told, counted)
    )
    # What leaves the window leaves it by heaps, of 50 answers at most.
    assert abs(first - second) <= 5
