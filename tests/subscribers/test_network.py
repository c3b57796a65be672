"""A proof of consent names the network, not the household; a header is believed of proxies only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.subscribers.network import Caller, Kept, caller, kept, truncated, trusted

NOBODY = trusted([])
PROXIES = trusted(["10.0.0.0/8", "2001:db8:ffff::/48"])


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


@pytest.mark.parametrize(
    ("how", "shown"),
    [("truncated", "196.200.131.0/24"), ("whole", "196.200.131.77"), ("none", "")],
)
def test_an_operator_keeps_more_or_nothing(how: Kept, shown: str) -> None:
    assert kept("196.200.131.77", how) == shown
    assert kept("nonsense", how) == ""


def test_a_header_is_believed_of_nobody_unless_a_proxy_is_named() -> None:
    asked = caller("196.200.131.77", "41.1.2.3", NOBODY)
    assert asked == Caller("196.200.131.77", "196.200.131.77/32")


@pytest.mark.parametrize(
    ("forwarded", "who"),
    [
        ("41.1.2.3", "41.1.2.3"),
        ("6.6.6.6, 41.1.2.3", "41.1.2.3"),
        ("6.6.6.6, 41.1.2.3, 10.9.9.9", "41.1.2.3"),
        ("41.1.2.3, nonsense", "10.0.0.1"),
        ("nonsense, 41.1.2.3", "41.1.2.3"),
        ("", "10.0.0.1"),
        ("10.2.2.2, 10.3.3.3", "10.2.2.2"),
    ],
)
def test_a_named_proxy_is_believed_as_far_as_the_first_stranger(forwarded: str, who: str) -> None:
    assert caller("10.0.0.1", forwarded, PROXIES).address == who


def test_ipv6_counts_by_the_64_that_a_house_is_given() -> None:
    one, other = "2001:db8:1:2::1", "2001:db8:1:2:ffff::9"
    assert caller(one, "", NOBODY).bucket == caller(other, "", NOBODY).bucket
    assert caller(one, "", NOBODY).bucket == "2001:db8:1:2::/64"
    assert caller("2001:db8:1:3::1", "", NOBODY).bucket == "2001:db8:1:3::/64"


def test_a_proxy_on_a_socket_file_is_named_by_a_word() -> None:
    assert caller("", "41.1.2.3", trusted(["unix"])).address == "41.1.2.3"
    assert caller("", "41.1.2.3", NOBODY) == Caller("", "")


def test_behind_a_proxy_of_the_house_that_was_not_named_nobody_shuts_the_others_out() -> None:
    assert caller("127.0.0.1", "41.1.2.3", NOBODY).bucket == ""
    assert caller("172.18.0.1", "41.1.2.3", NOBODY).bucket == ""
    assert caller("127.0.0.1", "", NOBODY).bucket == "127.0.0.1/32"
    assert caller("41.1.2.3", "6.6.6.6", NOBODY).bucket == "41.1.2.3/32"


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_stands_in_a_header_is_read_without_an_error(peer: str, forwarded: str) -> None:
    for proxies in (NOBODY, PROXIES, trusted(["unix"])):
        caller(peer, forwarded, proxies)


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        trusted(["10.0.0.0/8", "nonsense"])
