"""The bounce box, on servers that behave and on servers that do not."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections

from mailer.errors import Misconfigured, RelayError
from mailer.receipts import mailbox, taking
from mailer.receipts.box import Box, parse_box
from mailer.receipts.models import Receipt
from tests.fakes.imap import FakeImap
from tests.receipts.reports import report, words
from tests.receipts.story import AMINA, sent, suppressed, verp

pytestmark = pytest.mark.django_db


def folders(fake: FakeImap) -> dict[str, int]:
    return {name: len(mails) for name, mails in fake.boxes.items() if mails}


def visited(settings: Any, fake: FakeImap, seconds: float = 30) -> int:
    settings.IMAP_URL = fake.url
    return mailbox.visit(seconds)


def three() -> list[bytes]:
    """A report that is ours, a mail of a person, and a report of nobody's."""
    return [
        report(AMINA, back_to=verp(AMINA)),
        words("Merci !", From="lecteur@example.net", Subject="Bravo"),
        report("x@example.net", returned="Subject: y\n\nz"),
    ]


@pytest.mark.parametrize(
    "can", ["IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS", "IMAP4rev1"], ids=["move", "uidplus", "old"]
)
def test_each_mail_is_taken_and_moved_and_none_is_lost(settings: Any, can: str) -> None:
    sent()
    with FakeImap(three(), can=can) as fake:
        assert visited(settings, fake) == 3
        told = folders(fake)
        assert (told["done"], told["ignored"]) == (1, 2)
        assert visited(settings, fake) == 0
        # Where the server has neither MOVE nor UIDPLUS a marked copy stays, and is passed over.
        assert told.get("INBOX", 0) == (3 if can == "IMAP4rev1" else 0)
        assert not any(one.upper().startswith("EXPUNGE") for one in fake.said)
    assert suppressed() == {AMINA: "bounce"}


def test_what_cannot_be_read_for_a_fault_of_ours_is_put_aside(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("a fault of ours")

    monkeypatch.setattr(taking, "read", broken)
    with FakeImap([b"Subject: x\n\ny"]) as fake:
        assert visited(settings, fake) == 1
        assert folders(fake) == {"shunt": 1}


def test_a_box_that_grows_while_it_is_read_is_left_at_what_it_held(settings: Any) -> None:
    sent()
    with FakeImap(three(), grow=words("encore", Subject="x")) as fake:
        assert visited(settings, fake) == 3
        assert folders(fake)["INBOX"] == 3


def test_a_mail_of_fifty_megabytes_is_fetched_by_its_beginning_alone(settings: Any) -> None:
    sent()
    huge = report(AMINA, back_to=verp(AMINA)) + b"x" * 50_000_000
    with FakeImap([huge]) as fake:
        assert visited(settings, fake) == 1
    assert suppressed() == {AMINA: "bounce"}


@pytest.mark.parametrize(
    ("verb", "lie"),
    [
        ("FETCH", b"* 1 FETCH (UID 1 BODY[]<0> {2000000000}\r\n"),
        ("FETCH", b"* 1 FETCH (UID 1 BODY[]<0> {50}\r\nshort)\r\nTAG OK\r\n"),
        ("SEARCH", b"* SEARCH 1 99999999999999 abc \x00\r\nTAG BAD no\r\n"),
        ("LOGIN", b"TAG NO [AUTHENTICATIONFAILED] a secret is wrong\r\n"),
        ("SELECT", b"TAG NO there is no such box\r\n"),
        ("CAPABILITY", b"rubbish\r\n"),
        ("MOVE", b"TAG NO the disk is full\r\n"),
    ],
)
def test_a_server_that_lies_is_left_and_told(settings: Any, verb: str, lie: bytes) -> None:
    sent()
    with FakeImap(three(), quirk=lambda said: lie if said == verb else None) as fake:
        settings.IMAP_URL = fake.url
        with pytest.raises(RelayError) as told, Box(parse_box(fake.url), 1.0) as box:
            mailbox.empty(box, float("inf"))
        assert "a secret" not in str(told.value)
        assert len(fake.boxes["INBOX"]) == 3, "nothing is lost"


@pytest.mark.parametrize("verb", ["LOGIN", "SEARCH", "FETCH", "MOVE"])
def test_a_server_that_hangs_is_left_after_its_time(verb: str) -> None:
    sent()
    with (
        FakeImap(three(), quirk=lambda said: b"" if said == verb else None) as fake,
        pytest.raises(RelayError),
        Box(parse_box(fake.url), 0.3) as box,
    ):
        mailbox.empty(box, float("inf"))


def test_a_server_that_dribbles_for_ever_is_cut_off() -> None:
    with FakeImap([b"x"], quirk=lambda said: b"* hm\r\n" if said == "SEARCH" else None) as fake:
        address = parse_box(fake.url)
        with pytest.raises(RelayError), Box(address, patience=60, seconds=0.5) as box:
            mailbox.empty(box, float("inf"))


def test_nobody_at_home_is_told() -> None:
    with FakeImap([]) as fake:
        gone = parse_box(fake.url)
    with pytest.raises(RelayError):
        Box(gone)


@pytest.mark.django_db(transaction=True)
def test_who_stays_at_the_box_takes_what_comes_as_it_comes() -> None:
    sent()
    with FakeImap([]) as fake, _stays(fake):
        _until(lambda: "IDLE" in fake.said)
        fake.put(report(AMINA, back_to=verp(AMINA)))
        _until(Receipt.objects.exists)
    assert suppressed() == {AMINA: "bounce"}


@pytest.mark.django_db(transaction=True)
def test_a_server_that_cannot_tell_is_visited_now_and_then_and_not_without_a_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mailbox, "_AGAIN", 0.5)
    with FakeImap([], can="IMAP4rev1 MOVE") as fake, _stays(fake):
        _until(lambda: "LOGOUT" in fake.said)
        fake.put(words("Merci !", From="lecteur@example.net", Subject="Bravo"))
        _until(lambda: fake.boxes.get("ignored"))
        assert len([one for one in fake.said if one.startswith("LOGIN")]) == 2


@pytest.mark.django_db(transaction=True)
def test_while_somebody_stays_at_the_box_the_clock_leaves_it_alone(settings: Any) -> None:
    with FakeImap([]) as fake, _stays(fake):
        _until(lambda: "IDLE" in fake.said)
        fake.said.clear()
        assert visited(settings, fake) == 0
        assert not any(one.startswith("LOGIN") for one in fake.said)


@contextmanager
def _stays(fake: FakeImap) -> Iterator[None]:
    """Somebody stays at a box meanwhile."""
    over = threading.Event()

    def stay() -> None:
        try:
            mailbox.watch(over.is_set, parse_box(fake.url))
        finally:
            connections.close_all()  # a thread has connections of its own

    watching = threading.Thread(target=stay, daemon=True)
    watching.start()
    try:
        yield
    finally:
        over.set()
        _until(lambda: _gone(watching, fake))


def _gone(watching: threading.Thread, fake: FakeImap) -> bool:
    """Whether it has ended; what comes wakes it, unless it was just then about to wait."""
    fake.put(b"Subject: goodbye\n\n")
    watching.join(0.2)
    return not watching.is_alive()


def _until(what: Any) -> None:
    from tests.mailings.story import until

    until(what)


@pytest.mark.parametrize("url", ["", "http://x", "imap://host", "imap://u@h:port/", "imaps://"])
def test_a_wrong_address_of_the_box_is_told(url: str) -> None:
    with pytest.raises(Misconfigured):
        parse_box(url)


def test_an_address_shows_no_password() -> None:
    found = parse_box("imaps://revue%40example.org:s%2Fcret@imap.example.org/Retours")
    assert (found.user, found.password, found.port) == ("revue@example.org", "s/cret", 993)
    assert found.folder == "Retours"
    assert "cret" not in repr(found)
