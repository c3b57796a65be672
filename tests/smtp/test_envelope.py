"""Envelopes become commands, or are refused before a byte is written."""

import pytest

from mailer.smtp.capabilities import Capabilities
from mailer.smtp.envelope import Body, Envelope, UnsendableError, built, commands

PLAIN = Capabilities()
MODERN = Capabilities(eight_bit=True, smtputf8=True, takes_size=True, size=1000)


def written(recipient: str, server: Capabilities = PLAIN, *, sender: str = "r@press.ma") -> bytes:
    body = b"Hello\r\n"
    return b"".join(commands(Envelope(1, sender, recipient, body), Body.of(body), server))


def test_an_envelope_is_two_commands() -> None:
    assert written("amina@example.org") == (
        b"MAIL FROM:<r@press.ma>\r\nRCPT TO:<amina@example.org>\r\n"
    )


def test_the_size_is_told_to_a_server_that_asks_for_it() -> None:
    assert b"MAIL FROM:<r@press.ma> SIZE=7\r\n" in written("amina@example.org", MODERN)


def test_a_notification_has_the_null_sender() -> None:
    assert b"MAIL FROM:<>\r\n" in written("amina@example.org", sender="")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "amina",
        "@example.org",
        "amina@",
        "amina@example.org\r\nRCPT TO:<eve@example.org>",
        "amina@example.org\n",
        "amina@exam\0ple.org",
        "amina @example.org",
        "<amina@example.org>",
        "amina@example.org> SIZE=1",
        "amina\x85@example.org",
        "amina\u2028@example.org",
        "amina\udc80@example.org",
        "amina@" + "é" * 80 + ".org",
        "amina@\u202eexample.org",
        "a" * 388 + "@example.org",
        "é" * 200 + "@example.org",
    ],
)
def test_an_address_that_could_break_the_dialogue_is_refused(address: str) -> None:
    for recipient, sender in ((address, "r@press.ma"), ("amina@example.org", address or "x")):
        with pytest.raises(UnsendableError) as caught:
            written(recipient, MODERN, sender=sender)
        assert caught.value.stage == "address"


def test_an_arabic_domain_travels_as_its_a_label() -> None:
    assert b"RCPT TO:<amina@xn--mgbc0a9azcg>\r\n" in written("amina@المغرب")


def test_a_local_part_beyond_ascii_needs_smtputf8() -> None:
    mail, _, rcpt = written("أمينة@example.org", MODERN).partition(b"\r\n")
    assert mail.endswith(b" SMTPUTF8")
    assert rcpt == "RCPT TO:<أمينة@example.org>\r\n".encode()
    with pytest.raises(UnsendableError, match="SMTPUTF8"):
        written("أمينة@example.org")


def test_a_body_of_eight_bits_is_declared_or_refused() -> None:
    body = "é\r\n".encode()
    envelope = Envelope(1, "r@press.ma", "amina@example.org", body)
    assert b" BODY=8BITMIME" in commands(envelope, Body.of(body), MODERN)[0]
    with pytest.raises(UnsendableError, match="8BITMIME"):
        commands(envelope, Body.of(body), PLAIN)


def test_a_body_over_the_servers_limit_is_refused() -> None:
    body = b"x" * 1001
    with pytest.raises(UnsendableError, match="larger") as caught:
        commands(Envelope(1, "r@press.ma", "amina@example.org", body), Body.of(body), MODERN)
    assert caught.value.stage == "body"


def test_a_body_is_given_or_built() -> None:
    given = Envelope(1, "r@press.ma", "amina@example.org", b"given\r\n")
    to_build = Envelope(1, "r@press.ma", "amina@example.org", lambda: b"built\r\n")
    in_pieces = Body((b"built in\r\n", b"pieces\r\n"), 18, seven_bit=True)
    of_pieces = Envelope(1, "r@press.ma", "amina@example.org", lambda: in_pieces)
    assert built(given) == Body((b"given\r\n",), 7, seven_bit=True)
    assert built(to_build) == Body((b"built\r\n",), 7, seven_bit=True)
    assert built(of_pieces) is in_pieces


@pytest.mark.parametrize("body", [b"", b"cut short", b"bare\n", b"\r\n.\r"])
def test_a_body_that_would_swallow_the_final_dot_is_refused(body: bytes) -> None:
    with pytest.raises(UnsendableError) as caught:
        built(Envelope(1, "r@press.ma", "amina@example.org", body))
    assert caught.value.stage == "body"


def test_a_body_that_cannot_be_built_is_refused_with_its_cause() -> None:
    def broken() -> bytes:
        raise KeyError("name")

    with pytest.raises(UnsendableError) as caught:
        built(Envelope(1, "r@press.ma", "amina@example.org", broken))
    assert isinstance(caught.value.__cause__, KeyError)
