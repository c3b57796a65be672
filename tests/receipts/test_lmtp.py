"""The door for a local MTA."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailer.receipts import lmtp
from tests.receipts.reports import report

RAW = report("amina@example.net").replace(b"\n", b"\r\n")


class Took:
    """What was handed over; raises where it is told to."""

    def __init__(self, *, fails: bool = False) -> None:
        self.mails: list[tuple[bytes, tuple[str, ...]]] = []
        self.fails = fails

    def __call__(self, raw: bytes, recipients: tuple[str, ...]) -> None:
        if self.fails:
            raise OSError("the database is away")
        self.mails.append((raw, recipients))


@contextmanager
def door(took: Took, listen: str = "127.0.0.1:0") -> Iterator[lmtp.Server]:
    with lmtp.Server(listen, took) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@contextmanager
def client(server: lmtp.Server) -> Iterator[smtplib.LMTP]:
    host, port = server.server_address[:2]
    with smtplib.LMTP(str(host), int(port), timeout=10) as found:
        yield found


def test_a_mail_is_taken_with_its_recipients() -> None:
    took = Took()
    with door(took) as server, client(server) as mta:
        dotted = RAW + b".a line with a dot\r\n"
        mta.ehlo()
        mta.mail("")
        mta.rcpt("b+x@example.org")
        mta.rcpt("b+y@example.org")
        assert mta.docmd("DATA")[0] == 354
        mta.send(dotted.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        assert [mta.getreply()[0], mta.getreply()[0]] == [250, 250], "one for each recipient"
        mta.sendmail("", ["b+z@example.org"], RAW)
    assert took.mails == [
        (dotted, ("b+x@example.org", "b+y@example.org")),
        (RAW, ("b+z@example.org",)),
    ]


def test_it_listens_at_a_path_too(tmp_path: Path) -> None:
    took, path = Took(), tmp_path / "lmtp.sock"
    with door(took, str(path)), smtplib.LMTP(str(path)) as mta:
        mta.sendmail("", ["b+x@example.org"], RAW)
    assert len(took.mails) == 1
    assert not path.exists()


def test_what_cannot_be_recorded_is_put_off_for_each_recipient() -> None:
    with (
        door(Took(fails=True)) as server,
        client(server) as mta,
        pytest.raises(smtplib.SMTPDataError) as told,
    ):
        mta.sendmail("", ["b+x@example.org"], RAW)
    assert told.value.smtp_code == 451


def test_of_a_mail_of_fifty_megabytes_the_beginning_is_kept() -> None:
    took = Took()
    with door(took) as server, client(server) as mta:
        mta.sendmail("", ["b+x@example.org"], RAW + (b"x" * 998 + b"\r\n") * 50_000)
    assert len(took.mails[0][0]) <= lmtp.KEPT + 1000


def test_what_comes_out_of_turn_is_refused_and_the_session_goes_on() -> None:
    took = Took()
    with door(took) as server, client(server) as mta:
        mta.ehlo()
        assert mta.docmd("RCPT TO:<b@example.org>")[0] == 503
        assert mta.docmd("DATA")[0] == 503
        assert mta.docmd("EHLO x")[0] == 500
        assert mta.mail("")[0] == 250
        assert mta.docmd("MAIL FROM:<>")[0] == 503
        for _ in range(100):
            mta.rcpt("b@example.org")
        assert mta.rcpt("b@example.org")[0] == 452
        assert mta.rset()[0] == 250
        assert mta.noop()[0] == 250
    assert took.mails == []


def test_a_line_that_breaks_before_the_dot_hands_nothing_over() -> None:
    took = Took()
    with door(took) as server:
        line = socket.create_connection(server.server_address[:2])
        line.sendall(b"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nSubject: x")
        line.close()
        with client(server) as mta:
            mta.sendmail("", ["b@example.org"], RAW)
    assert len(took.mails) == 1
