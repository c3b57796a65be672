"""A proof of consent names the network, not the household."""

import pytest

from mailer.subscribers.network import truncated


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("196.200.131.77", "196.200.131.0/24"),
        ("2001:db8:1234:5678::1", "2001:db8:1234::/48"),
        ("::ffff:196.200.131.77", "196.200.131.0/24"),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_an_address_is_kept_as_the_network_it_is_in(address: str, network: str) -> None:
    assert truncated(address) == network
