"""Dots and tags multiply addresses, and no mailboxes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.subscribers.mailbox import mailbox


@pytest.mark.parametrize(
    ("key", "ends_in"),
    [
        ("amina@example.org", "amina@example.org"),
        ("amina+press@example.org", "amina@example.org"),
        ("a.mina+x+y@gmail.com", "amina@gmail.com"),
        ("a.m.i.n.a@googlemail.com", "amina@gmail.com"),
        ("a.mi_na-1@pm.me", "amina1@proton.me"),
        ("a.mina@example.org", "a.mina@example.org"),
        ("+press@example.org", "+press@example.org"),
        ("...@gmail.com", "...@gmail.com"),
    ],
)
def test_spellings_of_one_mailbox_are_one(key: str, ends_in: str) -> None:
    assert mailbox(key) == ends_in


@given(st.emails().map(str.lower))
def test_a_mailbox_is_its_own_mailbox_and_never_empty(key: str) -> None:
    found = mailbox(key)
    assert mailbox(found) == found
    assert found.rpartition("@")[0]
