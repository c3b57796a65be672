"""Replies, read as they come."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.smtp.reply import ProtocolError, Reply, ReplyParser

EHLO = b"250-mx.test greets you\r\n250-PIPELINING\r\n250 SIZE 1000\r\n"
TALK = EHLO + b"250 2.1.0 Ok\r\n550 5.1.1 <eve@x.test>: no such user\r\n354\r\n"
TOLD = [
    Reply(250, "", "mx.test greets you\nPIPELINING\nSIZE 1000"),
    Reply(250, "2.1.0", "Ok"),
    Reply(550, "5.1.1", "<eve@x.test>: no such user"),
    Reply(354, "", ""),
]


def read(*pieces: bytes) -> list[Reply]:
    parser = ReplyParser()
    return [reply for piece in pieces for reply in parser.feed(piece)]


def test_replies_are_read_with_their_enhanced_codes() -> None:
    assert read(TALK) == TOLD


@given(st.lists(st.integers(0, len(TALK)), max_size=12))
def test_replies_are_the_same_however_the_network_cuts_them(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(TALK)]
    assert read(*(TALK[a:b] for a, b in itertools.pairwise(places))) == TOLD


def test_replies_are_the_same_byte_by_byte() -> None:
    assert read(*(bytes([byte]) for byte in TALK)) == TOLD


@given(st.lists(st.sampled_from(TALK.splitlines(keepends=True)), max_size=9))
def test_many_replies_at_once_are_those_one_by_one(lines: list[bytes]) -> None:
    whole = b"".join([*lines, b"250 the end\r\n"])
    try:
        expected = read(*(bytes([byte]) for byte in whole))
    except ProtocolError as error:
        with pytest.raises(ProtocolError, match=str(error)):
            read(whole)
    else:
        assert read(whole) == expected


def test_a_relay_that_ends_its_lines_with_a_bare_lf_is_understood() -> None:
    assert read(TALK.replace(b"\r\n", b"\n")) == TOLD


def test_the_enhanced_code_stands_on_each_line_and_is_told_once() -> None:
    (reply,) = read(b"550-5.7.1 Blocked.\r\n550 5.7.1 See https://x.test\r\n")
    assert (reply.enhanced, reply.line) == ("5.7.1", "Blocked. See https://x.test")


def test_an_enhanced_code_of_another_class_is_only_text() -> None:
    assert read(b"250 5.1.1 odd\r\n") == [Reply(250, "", "5.1.1 odd")]


@pytest.mark.parametrize(
    "noise",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\r\n",
        b"25 ok\r\n",
        b"2500 ok\r\n",
        b"250_ok\r\n",
        b"250-one\r\n251 two\r\n",
        "٢٥٠ ok\r\n".encode(),
        b"250 " + b"x" * 9000 + b"\r\n",
        b"250-" + b"x" * 9000 + b"\r\n250 ok\r\n",
        b"x" * 10_000_000,
        b"250-more\r\n" * 100_000,
    ],
)
def test_what_is_no_reply_is_refused(noise: bytes) -> None:
    with pytest.raises(ProtocolError):
        read(noise)


def test_a_line_without_end_is_refused_before_it_is_all_there() -> None:
    endless = [b"250 " + b"x" * 96] * 200
    with pytest.raises(ProtocolError):
        read(*endless)


def test_nothing_unprintable_reaches_the_ledger() -> None:
    (reply,) = read("550 bad\0 \u202egnihton\x1b[31m é\n".encode() + b"")
    assert reply.text == "bad   gnihton [31m é"
    (reply,) = read(b"550 caf\xe9\r\n")
    assert reply.text.isprintable()


def test_a_long_text_is_told_on_one_short_line() -> None:
    (reply,) = read(b"".join(b"550-%d %s\r\n" % (n, b"y" * 300) for n in range(9)) + b"550 end\n")
    assert len(reply.line) == 500
    assert "\n" not in reply.line


def test_half_a_reply_is_known_to_be_half() -> None:
    parser = ReplyParser()
    parser.feed(b"250-first\r\n")
    assert parser.unfinished
    parser.feed(b"250 last\r\n")
    assert not parser.unfinished
