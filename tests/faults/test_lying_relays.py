"""Relays that lie: the reader is told apart, the line dropped, the reason kept, others go on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mailer.mailings import send
from tests.fakes.smtp import FakeSmtp
from tests.mailings.story import (
    assert_nobody_lost_nobody_twice,
    finish,
    make_due,
    row,
    started,
    states,
)

pytestmark = pytest.mark.django_db(transaction=True)

READERS = 12
OUT_OF_STEP = b"250 2.1.5 ok\r\n250 2.1.5 ok\r\n250 2.1.5 ok\r\n"
ENDLESS = b"250 " + b"x" * 10_000_000 + b"\r\n"


@dataclass(frozen=True)
class Lie:
    """What the relay says once, of its first reader; the reason the ledger keeps; their end."""

    place: str
    say: bytes
    reason: str
    end: str = "sent"
    cut: bool = False
    taken: bool = False


LIES = {
    "it says 354 and leaves": Lie(
        "DATA", b"354 go ahead\r\n421 4.3.2 leaving\r\n", "leaving", cut=True
    ),
    "it says 250 where it should say 354": Lie("DATA", b"250 2.0.0 ok\r\n", "to DATA"),
    "it answers one command three times": Lie("RCPT", OUT_OF_STEP, "to DATA"),
    "it answers before it is asked": Lie(
        "DATA", b"354 go ahead\r\n250 2.0.0 taken\r\n", "without a command"
    ),
    "it says a line of ten megabytes": Lie("RCPT", ENDLESS, "over 8 kB"),
    "it says no end of lines": Lie("RCPT", b"250-more\r\n" * 20_000, "over 64 kB"),
    "it says yes and no at once": Lie("RCPT", b"250-ok\r\n550 no\r\n", "two codes"),
    "it says something that is no SMTP": Lie(
        "RCPT", b"HTTP/1.1 200 OK\r\n", "without a reply code"
    ),
    "it says half a reply and leaves": Lie("RCPT", b"250 2.1", "closed", cut=True),
    "it takes the message and says 354": Lie(
        "DOT", b"354 go on\r\n", "final dot", "uncertain", taken=True
    ),
    "it takes the message and says ten megabytes": Lie(
        "DOT", ENDLESS, "over 8 kB", "uncertain", taken=True
    ),
    "it takes the message and says half a reply": Lie(
        "DOT", b"250 2.0", "closed", "uncertain", cut=True, taken=True
    ),
    "it takes the message, says so and leaves": Lie(
        "DOT", b"250 2.0.0 taken\r\n", "taken", cut=True, taken=True
    ),
}


@pytest.fixture
def server(settings: Any, data: Path) -> Iterator[FakeSmtp]:
    """A relay with one line, the one of the settings."""
    with FakeSmtp() as fake:
        settings.SMTP_URL = f"{fake.url}?connections=1"
        yield fake
        send.close()


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lie_about_one_reader_costs_nobody_else_anything(server: FakeSmtp, lie: Lie) -> None:
    server.at(lie.place, lie.say, cut=lie.cut, accept=lie.taken, times=1)
    mailing = started(READERS)

    send.work(mailing.pk)

    about = row(mailing, "reader0")
    kept = list(about.events.values_list("smtp_text", flat=True))
    assert any(lie.reason in text for text in (about.smtp_text, *kept))
    assert server.until(lambda server: server.connections == 2)
    send.close()
    make_due(mailing)
    finish(mailing)
    assert row(mailing, "reader0").get_state_display().lower() == lie.end
    assert states(mailing).get("sent", 0) >= READERS - 1
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_relay_that_hangs_up_behind_every_message_gets_them_all(server: FakeSmtp) -> None:
    server.at("DOT", "250 2.0.0 taken", accept=True, cut=True)
    mailing = started(READERS)
    for _ in range(READERS):
        send.work(mailing.pk)
        make_due(mailing)
    finish(mailing)
    assert states(mailing) == {"sent": READERS}
    assert_nobody_lost_nobody_twice(mailing, server)


@pytest.mark.parametrize("how", [{"newline": b"\n"}, {"dribble": True}], ids=["bare LF", "bytes"])
def test_an_odd_way_of_saying_the_truth_is_understood(
    settings: Any, data: Path, how: dict[str, Any]
) -> None:
    with FakeSmtp(**how) as server:
        settings.SMTP_URL = server.url
        mailing = started(READERS)
        send.work(mailing.pk)
        send.close()
        assert states(mailing) == {"sent": READERS}
        assert_nobody_lost_nobody_twice(mailing, server)
