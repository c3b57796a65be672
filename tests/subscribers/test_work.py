"""A proof of work holds for one address and a few hours."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.subscribers.work import AWAY, proves
from tests.people import WEDNESDAY

AMINA = "amina@example.org"


@pytest.fixture(scope="module")
def proof() -> str:
    """What Amina's browser finds."""
    hour = int(WEDNESDAY.timestamp()) // 3600
    return next(found for nonce in count() if proves(found := f"{hour}:{nonce}", AMINA, WEDNESDAY))


def test_a_proof_holds_for_its_address_and_its_hours(proof: str) -> None:
    assert proves(proof, f" {AMINA} ", WEDNESDAY + timedelta(hours=AWAY))
    assert not proves(proof, "youssef@example.org", WEDNESDAY)
    assert not proves(proof, AMINA, WEDNESDAY + timedelta(hours=AWAY + 1))
    assert not proves(proof, AMINA, WEDNESDAY - timedelta(hours=AWAY + 1))


@pytest.mark.parametrize("bad", ["", ":", "1:2:3", "-1:5", "٣:5", "9" * 60, "485500:", "\0:\0"])
def test_what_is_no_proof_proves_nothing(bad: str) -> None:
    assert not proves(bad, AMINA, WEDNESDAY)


@given(st.text(max_size=50), st.text(max_size=50))
def test_any_text_is_read_without_an_error(proof: str, address: str) -> None:
    proves(proof, address, WEDNESDAY)
