from ipaddress import ip_address

import pytest

from mailer.articles.guard import address_of, exceptions, is_excepted, port_of
from mailer.errors import Misconfigured


def covered(entries: list[str], host: str, address: str, port: int) -> bool:
    return any(e.covers(host, ip_address(address), port) for e in exceptions(entries))


@pytest.mark.parametrize(
    ("entry", "host", "address", "port", "expected"),
    [
        ("feeds.local", "feeds.local", "10.0.0.1", 8080, True),
        ("Feeds.Local.", "feeds.local", "10.0.0.1", 80, True),
        ("feeds.local:8080", "feeds.local", "10.0.0.1", 8080, True),
        ("feeds.local:8080", "feeds.local", "10.0.0.1", 80, False),
        ("feeds.local", "other.feeds.local", "10.0.0.1", 80, False),
        ("10.1.0.0/16", "anything", "10.1.2.3", 80, True),
        ("10.1.0.0/16", "anything", "10.2.2.3", 80, False),
        ("127.0.0.1:9000", "127.0.0.1", "127.0.0.1", 9000, True),
        ("127.0.0.1:9000", "127.0.0.2", "127.0.0.2", 9000, False),
        ("::1", "::1", "::1", 80, True),
        ("[fd00::/8]:8080", "x", "fd12::1", 8080, True),
        ("[fd00::/8]:8080", "x", "fd12::1", 80, False),
    ],
)
def test_an_exception_covers_what_it_names_and_nothing_beside(
    entry: str, host: str, address: str, port: int, expected: bool
) -> None:
    assert covered([entry], host, address, port) is expected


@pytest.mark.parametrize(
    "entry", ["10.0.0.0/99", "h:port", "h:99999", ":80", "[::1", "a/b", "[]:1"]
)
def test_a_misspelt_exception_is_refused(entry: str) -> None:
    with pytest.raises(Misconfigured, match="MAILER_ALLOW_PRIVATE"):
        exceptions([entry])


def test_an_excepted_host_is_known_by_its_name_or_by_its_address() -> None:
    assert is_excepted("http://localhost:81/", exceptions(["localhost"]))
    assert is_excepted("http://localhost:81/", exceptions(["127.0.0.0/8", "::1"]))
    assert is_excepted("http://127.0.0.1:81/", exceptions(["127.0.0.1:81"]))
    assert not is_excepted("http://127.0.0.1:82/", exceptions(["127.0.0.1:81"]))
    assert not is_excepted("http://no-such-host.invalid/", exceptions(["127.0.0.0/8"]))


def test_an_ipv4_address_in_ipv6_clothes_is_the_ipv4_address() -> None:
    assert address_of("[::ffff:127.0.0.1]") == ip_address("127.0.0.1")
    assert address_of("h.ma") is None


def test_a_port_is_the_one_named_or_the_schemes() -> None:
    assert [port_of(u) for u in ("http://h", "https://h", "http://h:81")] == [80, 443, 81]
