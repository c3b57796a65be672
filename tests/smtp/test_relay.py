"""SMTP_URL, read."""

import pytest

from mailer.errors import Misconfigured
from mailer.smtp.relay import Relay, only_loopback, parse_relay, parse_relays


def test_a_full_url_names_everything() -> None:
    relay = parse_relay(
        "smtp://revue%40press.ma:p%40ss%2Fword@mx.press.ma:2525"
        "?tls=starttls&connections=4&messages=100&verify=no"
    )
    assert relay == Relay(
        "mx.press.ma", 2525, "revue@press.ma", "p@ss/word", "starttls", 4, 100, verify=False
    )


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mx.press.ma", 25, "none"),
        ("smtp://mx.press.ma:587", 587, "starttls"),
        ("smtp://mx.press.ma:465", 465, "tls"),
        ("smtp://mx.press.ma?tls=tls", 465, "tls"),
        ("smtp://mx.press.ma:465?tls=none", 465, "none"),
        ("smtp://amina:secret@mx.press.ma:2525", 2525, "starttls"),
        ("smtp://amina:secret@mx.press.ma:2525?tls=none", 2525, "none"),
        ("smtp://amina:secret@127.0.0.1:2525", 2525, "none"),
        ("smtp://amina@mx.press.ma:2525?token_file=/run/token", 2525, "starttls"),
    ],
)
def test_what_is_not_said_is_the_safe_usual(url: str, port: int, tls: str) -> None:
    relay = parse_relay(url)
    assert (relay.port, relay.tls) == (port, tls)
    assert (relay.connections, relay.messages_per_connection, relay.verify) == (10, 1000, True)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "smtp://"),
        ("mx.press.ma:25", "smtp://"),
        ("http://mx.press.ma", "smtp://"),
        ("smtp://", "no host"),
        ("smtp://:25", "no host"),
        ("smtp://mx.press.ma:0", "no host"),
        ("smtp://mx.press.ma:99999", "cannot be read"),
        ("smtp://amina:hunter2/x@mx.press.ma", "percent-encode"),
        ("smtp://amina:hunter2#x@mx.press.ma", "percent-encode"),
        ("smtp://mx.press.ma/inbox", "behind the host"),
        ("smtp://mx.press.ma?tls=ssl", "none, starttls or tls"),
        ("smtp://mx.press.ma?conections=3", "conections"),
        ("smtp://mx.press.ma?connections=0", "1 to 500"),
        ("smtp://mx.press.ma?connections=many", "1 to 500"),
        ("smtp://mx.press.ma?connections=١", "1 to 500"),
        ("smtp://mx.press.ma?verify=maybe", "yes or no"),
        ("smtp://mx.press.ma\r\nQUIT", "control character"),
        ("smtp://amina:a%00b@mx.press.ma", "NUL"),
        ("smtp://amina:hunter2@mx.press.ma?auth=gssapi", "plain, login, cram-md5, xoauth2"),
        ("smtp://mx.press.ma?auth=plain", "not as whom"),
        ("smtp://amina@mx.press.ma?auth=xoauth2", "no token"),
        ("smtp://amina:hunter2@mx.press.ma?auth=login&token_file=/run/token", "alone"),
        ("smtp://amina:hunter2@mx.press.ma?token_file=/run/token", "instead of a password"),
        ("smtp://amina@mx.press.ma?token_file=token", "whole path"),
        ("smtp://mx.press.ma?weight=0", "1 to 100"),
        ("smtp://mx.press.ma smtp://mx2.press.ma", "space"),
        ("smtp://[::1", "cannot be read"),
    ],
)
def test_a_bad_url_is_told_in_a_sentence_without_the_password(url: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said) as caught:
        parse_relay(url)
    assert "hunter2" not in str(caught.value)


def test_a_token_file_means_xoauth2() -> None:
    relay = parse_relay("smtp://amina@mx.press.ma?token_file=/run/secrets/smtp%20token")
    assert (relay.auth, relay.token_file) == ("xoauth2", "/run/secrets/smtp token")
    assert parse_relay("smtp://amina:secret@mx.press.ma?auth=cram-md5").auth == "cram-md5"
    assert parse_relay("smtp://amina:secret@mx.press.ma").auth is None


def test_a_password_never_shows() -> None:
    assert "secret" not in repr(parse_relay("smtp://amina:secret@mx.press.ma"))


@pytest.mark.parametrize(
    ("url", "loopback", "name"),
    [
        ("smtp://localhost:1025", True, "localhost:1025"),
        ("smtp://127.0.0.9", True, "127.0.0.9:25"),
        ("smtp://[::1]:1025", True, "[::1]:1025"),
        ("smtp://mx.press.ma", False, "mx.press.ma:25"),
        ("smtp://10.0.0.1", False, "10.0.0.1:25"),
    ],
)
def test_a_relay_on_loopback_is_known(url: str, loopback: bool, name: str) -> None:
    relay = parse_relay(url)
    assert (relay.is_loopback, relay.name) == (loopback, name)


def test_several_relays_are_parted_by_spaces() -> None:
    heavy, light = parse_relays(
        "smtp://mx1.press.ma?weight=3  smtp://amina:s3cret@mx2.press.ma:587 "
    )
    assert (heavy.name, heavy.weight) == ("mx1.press.ma:25", 3)
    assert (light.name, light.weight, light.tls) == ("mx2.press.ma:587", 1, "starttls")
    assert parse_relays("smtp://mx.press.ma") == (parse_relay("smtp://mx.press.ma"),)


@pytest.mark.parametrize("urls", ["", "smtp://mx1.press.ma mx2.press.ma", "smtp://a\nsmtp://b"])
def test_one_bad_url_among_several_is_told(urls: str) -> None:
    with pytest.raises(Misconfigured):
        parse_relays(urls)


def test_mail_leaves_this_machine_by_one_relay_abroad() -> None:
    assert only_loopback(parse_relays("smtp://localhost:1025 smtp://[::1]:1026"))
    assert not only_loopback(parse_relays("smtp://localhost:1025 smtp://mx.press.ma"))
