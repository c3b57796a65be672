"""Links that act: nothing but the very link does the very thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import BadToken
from mailer.subscribers.tokens import LENGTH, Claim, Purpose, derive, sign, verify

(KEY,) = KEYS = derive(["a secret"])
NOW = 1_747_800_000
AMINA = Claim(Purpose.CONFIRM, subject=42, audience=7, round=3, expires=NOW + 60)

_ids = st.integers(0, 2**32 - 1)
_claims = st.builds(
    Claim, st.sampled_from(Purpose), st.integers(0, 2**64 - 1), _ids, _ids, st.just(0)
)


@given(_claims)
def test_a_claim_comes_back_as_it_was_signed_in_a_token_of_one_length(claim: Claim) -> None:
    token = sign(claim, KEY)
    assert len(token) == LENGTH
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert verify(token, claim.purpose, KEYS, NOW) == claim


def test_every_character_of_a_token_matters() -> None:
    token = sign(AMINA, KEY)
    for at, char in enumerate(token):
        for other in "Ab9-_":
            if other != char:
                with pytest.raises(BadToken, match="not whole"):
                    verify(token[:at] + other + token[at + 1 :], Purpose.CONFIRM, KEYS, NOW)


@pytest.mark.parametrize("change", ["", "A", "=", "\n", "é", "\0", "%00"])
def test_a_token_that_is_cut_or_lengthened_is_not_whole(change: str) -> None:
    token = sign(AMINA, KEY)
    for text in (change, token + change + "A", token[:-1] + change + "", change + token[3:]):
        if text != token:
            with pytest.raises(BadToken, match="not whole"):
                verify(text, Purpose.CONFIRM, KEYS, NOW)


@given(st.text(max_size=60))
def test_any_text_at_all_is_refused_as_a_token(text: str) -> None:
    with pytest.raises(BadToken, match="not whole"):
        verify(text, Purpose.CONFIRM, KEYS, NOW)


def test_a_link_to_unsubscribe_confirms_nothing() -> None:
    token = sign(Claim(Purpose.UNSUBSCRIBE, 42, 7), KEY)
    with pytest.raises(BadToken, match="for something else"):
        verify(token, Purpose.CONFIRM, KEYS, NOW)


def test_a_link_works_until_its_last_second() -> None:
    token = sign(AMINA, KEY)
    assert verify(token, Purpose.CONFIRM, KEYS, NOW + 59) == AMINA
    with pytest.raises(BadToken, match="has expired"):
        verify(token, Purpose.CONFIRM, KEYS, NOW + 60)


def test_a_link_without_end_works_after_twenty_years() -> None:
    token = sign(Claim(Purpose.UNSUBSCRIBE, 42, 7), KEY)
    assert verify(token, Purpose.UNSUBSCRIBE, KEYS, NOW + 20 * 365 * 86_400).subject == 42


def test_after_a_change_of_keys_old_links_work_and_new_ones_are_signed_with_the_new() -> None:
    rotated = derive(["a newer secret", "a secret"])
    assert verify(sign(AMINA, KEY), Purpose.CONFIRM, rotated, NOW) == AMINA
    with pytest.raises(BadToken):
        verify(sign(AMINA, rotated[0]), Purpose.CONFIRM, KEYS, NOW)
