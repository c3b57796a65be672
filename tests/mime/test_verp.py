import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import BadAddress
from mailer.mime.addresses import ascii_address
from mailer.mime.verp import make_verp, read_verp

SECRET = b"a secret of the installation"


@given(st.integers(1, 2**63 - 1))
def test_a_bounce_names_its_delivery(delivery_id: int) -> None:
    address = make_verp(delivery_id, SECRET, "bounces.example.org")
    assert address == address.lower() == ascii_address(address)
    assert address.index("@") <= 64
    assert read_verp(address, SECRET) == delivery_id


def test_a_server_that_changes_case_or_a_domain_that_changed_does_no_harm() -> None:
    address = make_verp(41, SECRET, "bounces.example.org")
    assert read_verp(f" {address.upper()}\n", SECRET) == 41
    assert read_verp(address.replace("example.org", "example.com"), SECRET) == 41


def test_an_address_we_did_not_write_names_nothing() -> None:
    address = make_verp(41, SECRET, "example.org")
    local = address.partition("@")[0]
    forged = [
        address.replace("b+", "b+a"),  # 41 with a leading zero
        make_verp(42, SECRET, "example.org")[:4] + address[4:],
        address[:-14] + ("a" if address[-13] != "a" else "b") + address[-12:],
        local[:-1] + ("a" if local[-1] != "a" else "b"),
        local[:-1],
        "b+-" + "a" * 16,
        "amina@example.org",
        "b+é-" + "a" * 16,
        "",
        "b+" * 40_000,
    ]
    for one in forged:
        assert read_verp(one, SECRET) is None, one
    assert read_verp(address, b"another secret") is None


def test_what_is_no_delivery_or_no_domain_is_refused() -> None:
    for wrong in (0, -1, 2**63):
        with pytest.raises(ValueError, match="delivery"):
            make_verp(wrong, SECRET, "example.org")
    with pytest.raises(BadAddress):
        make_verp(1, SECRET, "example.org\r\nRCPT TO:<x@example.org>")
