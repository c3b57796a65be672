"""What is told of what the ledger keeps."""

import pytest

from mailer.mailings.meaning import said, without_addresses
from mailer.mailings.retry import WITHOUT_MARKS, Kind


@pytest.mark.parametrize(
    ("state", "code", "line", "kind"),
    [
        ("refused", 550, "5.1.1 no such user", Kind.NO_MAILBOX),
        ("refused", 550, "5.7.1 listed", Kind.POLICY),
        ("refused", 550, "no such user", Kind.NO_MAILBOX),
        ("refused", 550, "4.7.1 of another class", Kind.NO_MAILBOX),
        ("refused", 451, "4.7.1 come back", Kind.TOO_LATE),
        ("deferred", 451, "4.2.2 full", Kind.FULL_FOR_NOW),
        ("deferred", 450, "Greylisted, try again", Kind.GREYLISTED),
        ("sent", 250, "queued as 7F", Kind.ACCEPTED),
        ("queued", None, "the relay closed the connection", Kind.LINE_LOST),
    ],
)
def test_a_servers_words_are_told_with_their_sense(
    state: str, code: int | None, line: str, kind: Kind
) -> None:
    told = said(state, code, line)
    assert (told.code, told.text) == (code, line)
    assert told.meaning == {"id": kind.value, "values": {}}


def test_what_is_in_doubt_is_told_in_our_words_whatever_an_earlier_attempt_said() -> None:
    broken = said("uncertain", 451, "the relay closed the connection")
    assert (broken.code, broken.text) == (None, "the relay closed the connection")
    assert broken.meaning == {"id": Kind.UNKNOWN.value, "values": {}}
    for ours in (Kind.UNKNOWN.value, WITHOUT_MARKS):
        alone = said("uncertain", None, ours)
        assert (alone.text, alone.meaning) == ("", {"id": ours, "values": {}})


def test_what_no_server_was_asked_is_told_in_our_words() -> None:
    told = said("refused", None, "The message is larger than the relay takes.")
    assert told.text == ""
    assert told.meaning == {"id": "The message is larger than the relay takes.", "values": {}}
    assert said("queued", None, "").meaning is None


def test_nothing_is_promised_of_what_was_cancelled() -> None:
    assert said("cancelled", 451, "4.7.1 greylisted").meaning is None


def test_a_server_that_repeats_an_address_tells_no_erased_person() -> None:
    line = "5.1.1 <amina.b+x@example.org>: rejected (amina@xn--mgb.example), try amina@[192.0.2.1]"
    assert "amina" not in without_addresses(line)
    assert without_addresses("5.1.1 no such user") == "5.1.1 no such user"
