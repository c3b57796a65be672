"""Ways to log in: which is taken, and what is said, by the examples of their specifications."""

import base64

import pytest

from mailer.smtp.sasl import (
    Auth,
    chosen,
    decoded,
    encoded,
    exchange,
    token_refusal,
    without_secrets,
)


@pytest.mark.parametrize(
    ("offered", "wanted", "private", "taken"),
    [
        ("PLAIN LOGIN CRAM-MD5", None, True, "plain"),
        ("PLAIN LOGIN CRAM-MD5", None, False, "cram-md5"),
        ("LOGIN CRAM-MD5", None, True, "login"),
        ("CRAM-MD5", None, True, "cram-md5"),
        ("LOGIN PLAIN", None, False, "plain"),
        ("XOAUTH2 LOGIN", None, True, "login"),
        ("XOAUTH2", None, True, None),
        ("GSSAPI", None, True, None),
        ("PLAIN XOAUTH2", "xoauth2", True, "xoauth2"),
        ("PLAIN LOGIN", "login", True, "login"),
        ("PLAIN LOGIN", "cram-md5", False, None),
        ("", "plain", True, None),
    ],
)
def test_the_best_of_what_a_server_offers_is_taken(
    offered: str, wanted: Auth | None, private: bool, taken: str | None
) -> None:
    assert chosen(frozenset(offered.split()), wanted, private=private) == taken


def test_cram_md5_says_what_its_specification_says() -> None:
    # RFC 2195 section 2.
    told = exchange("cram-md5", "tim", "tanstaaftanstaaf")
    asked = decoded("PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+")
    assert told.command == "AUTH CRAM-MD5"
    assert [encoded(answer(asked)) for answer in told.answers] == [
        "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"
    ]


def test_plain_and_xoauth2_say_theirs_at_once() -> None:
    # RFC 4616 section 4, and Google's page on XOAUTH2.
    said = encoded(b"\0tim\0tanstaaftanstaaf")
    assert exchange("plain", "tim", "tanstaaftanstaaf").command == f"AUTH PLAIN {said}"
    told = exchange(
        "xoauth2", "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
    )
    assert told.command == (
        "AUTH XOAUTH2 dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxb"
        "VRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
    )
    assert told.answers == ()


@pytest.mark.parametrize("auth", ["plain", "xoauth2"])
def test_a_long_secret_waits_for_a_line_of_its_own(auth: Auth) -> None:
    told = exchange(auth, "amina@press.ma", "t" * 2000)
    assert told.command == f"AUTH {auth.upper()}"
    assert [b"t" * 2000 in answer(b"") for answer in told.answers] == [True]


def test_an_exchange_does_not_show_what_it_holds() -> None:
    told = exchange("plain", "amina", "hunter2")
    assert "hunter2" not in repr(told)
    assert base64.b64encode(b"hunter2").decode() not in repr(told)
    assert "AUTH" not in repr(told)


@pytest.mark.parametrize(
    ("challenge", "told"),
    [
        (
            b'{"status":"401","schemes":"bearer","scope":"https://m/"}',
            "status 401, scope https://m/",
        ),
        (b'{"status":400}', "status 400"),
        (b'{"status":"4\\u0000\\r\\n01"}', "status 4   01"),
        (b"[]", ""),
        (b"not json", ""),
        (b"[" * 9000, ""),
        (b"\xff\xfe", ""),
    ],
)
def test_what_a_server_has_against_a_token_is_read(challenge: bytes, told: str) -> None:
    assert token_refusal(encoded(challenge)) == told
    assert token_refusal("§ no base64 §") == ""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("500 unknown: AUTH PLAIN AGFtaW5hAGh1bnRlcjI=", "500 unknown: AUTH PLAIN …"),
        ("500 unknown: AUTH PLAIN AGFtaW5hAGh1bn...", "500 unknown: AUTH PLAIN …"),
        ("500 UNKNOWN: AUTH PLAIN 'AGFTAW5HAGH1BNRLCJI='", "500 UNKNOWN: AUTH PLAIN …"),
        ("no user with hunter2, sorry", "no user with … sorry"),
        ("bad credentials for amina", "bad credentials for amina"),
    ],
)
def test_a_server_that_repeats_a_secret_is_not_quoted(text: str, left: str) -> None:
    assert without_secrets(text, ["hunter2", "AGFtaW5hAGh1bnRlcjI="]) == left
