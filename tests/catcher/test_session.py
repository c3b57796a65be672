"""The catcher's side of the dialogue, without a socket."""

import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.catcher.session import Session

TALK = (
    b"EHLO press.test\r\n"
    b"MAIL FROM:<r@press.ma> SIZE=40\r\nRCPT TO:<amina@example.org>\r\nDATA\r\n"
    b"Subject: one\r\n\r\n..dot\r\n.\r\n"
    b"mail from: <>\r\nRCPT TO:<bilal@example.org>\r\nRCPT TO:<\xc3\xa9ve@example.org>\r\nDATA\r\n"
    b".\r\n"
    b"QUIT\r\n"
)


@dataclass
class Kept:
    """What was kept."""

    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)

    def __call__(self, sender: str, recipients: list[str], mail: bytes) -> int:
        self.mails.append((sender, recipients, mail))
        return len(self.mails)


def said(talk: bytes, largest: int = 1000) -> tuple[list[str], Kept]:
    kept = Kept()
    replies = Session(kept, largest).feed(talk).decode()
    return [line for line in replies.splitlines() if line[3] == " "], kept


def test_two_mails_pipelined_are_both_kept_byte_for_byte() -> None:
    replies, kept = said(TALK)
    codes = [reply[:3] for reply in replies]
    assert codes == ["250", "250", "250", "354", "250", "250", "250", "250", "354", "250", "221"]
    assert kept.mails == [
        ("r@press.ma", ["amina@example.org"], b"Subject: one\r\n\r\n.dot\r\n"),
        ("", ["bilal@example.org", "éve@example.org"], b""),
    ]


@given(st.lists(st.integers(0, len(TALK)), max_size=20))
def test_the_same_is_kept_however_the_network_cuts_it(cuts: list[int]) -> None:
    kept = Kept()
    session = Session(kept)
    places = [0, *sorted(cuts), len(TALK)]
    for a, b in itertools.pairwise(places):
        session.feed(TALK[a:b])
    assert kept.mails == said(TALK)[1].mails
    assert session.over


def test_ehlo_names_what_is_truly_done() -> None:
    greeting = Session(Kept(), 1000).feed(b"EHLO press.test\r\n").decode()
    words = {line[4:] for line in greeting.splitlines()[1:]}
    assert words == {"PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 1000", "ENHANCEDSTATUSCODES"}


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n"])
def test_no_other_line_end_ends_a_mail(end: bytes) -> None:
    smuggled = b"EHLO x\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nhello" + end
    _, kept = said(smuggled + b"MAIL FROM:<eve@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nboo\r\n.\r\n")
    assert [sender for sender, _, _ in kept.mails] == ["a@x"]


def test_a_mail_that_is_too_large_is_refused_and_the_next_one_taken() -> None:
    envelope = b"MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n"
    talk = b"EHLO x\r\n" + envelope + b"x" * 5000 + b"\r\n.\r\n" + envelope + b"small\r\n.\r\n"
    for size in (1, 7, 1000, len(talk)):
        kept = Kept()
        session = Session(kept, 1000)
        replies = b"".join(session.feed(talk[n : n + size]) for n in range(0, len(talk), size))
        assert b"552 5.3.4" in replies
        assert [mail for _, _, mail in kept.mails] == [b"small\r\n"]


def test_a_mail_that_says_it_is_too_large_is_refused_before_it_comes() -> None:
    replies, _ = said(b"EHLO x\r\nMAIL FROM:<a@x> SIZE=1001\r\n")
    assert replies[-1].startswith("552")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"HELLO x", "500"),
        (b"", "500"),
        (b"EHLO", "501"),
        (b"MAIL a@x", "501"),
        (b"MAIL TO:<a@x>", "501"),
        (b"RCPT TO:<a@x>", "503"),
        (b"DATA", "503"),
        (b"RSET", "250"),
        (b"NOOP", "250"),
        (b"VRFY amina", "252"),
        (b"HELO x", "250"),
        (b"\xff\xfe", "500"),
    ],
)
def test_what_is_out_of_place_is_told_and_the_line_stays(line: bytes, code: str) -> None:
    replies, _ = said(line + b"\r\nNOOP\r\n")
    assert [reply[:3] for reply in replies] == [code, "250"]


def test_commands_out_of_order_are_refused() -> None:
    replies, _ = said(b"MAIL FROM:<a@x>\r\nMAIL FROM:<b@x>\r\nRCPT TO:<>\r\nDATA\r\n")
    assert [reply[:3] for reply in replies] == ["250", "503", "501", "503"]


def test_a_line_without_end_ends_the_dialogue() -> None:
    session = Session(Kept())
    assert session.feed(b"x" * 5000).startswith(b"500")
    assert session.over


def test_a_disk_that_is_full_is_the_catchers_trouble_not_the_mails() -> None:
    def full(_sender: str, _recipients: list[str], _mail: bytes) -> int:
        raise OSError(28, "No space left on device")

    talk = b"MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nhello\r\n.\r\n"
    assert b"452 4.3.1" in Session(full).feed(talk)
