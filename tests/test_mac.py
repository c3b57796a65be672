"""One key, many MACs: what the standard library makes of the same."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from mailer.mac import Mac


@given(st.binary(max_size=200), st.binary(max_size=200), st.lists(st.binary(max_size=200)))
def test_it_is_hmac_sha256_however_often_it_is_asked(
    key: bytes, head: bytes, messages: list[bytes]
) -> None:
    mac = Mac(key, head)
    for message in messages:
        assert mac.of(message) == hmac.digest(key, head + message, "sha256")


def test_it_makes_what_rfc_4231_says() -> None:
    key, told = b"Jefe", b"what do ya want for nothing?"
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert Mac(key).of(told).hex() == expected
