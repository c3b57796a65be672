"""Sending what waits in the outbox, to a real server that may misbehave."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from mailer.errors import Misconfigured
from mailer.letters import send, settle
from mailer.letters.models import Letter
from mailer.letters.outbox import post_ready
from mailer.letters.retry import RELAY_WAIT
from mailer.letters.send import send_letters
from mailer.mime.dkim import DkimKey, new_pem
from tests.fakes.smtp import FakeSmtp
from tests.mime.dkim import needs_mail_dkim, verdicts
from tests.people import WEDNESDAY

pytestmark = pytest.mark.django_db
AMINA, YOUSSEF, GRACE = "amina@example.org", "youssef@example.org", "grace@example.org"


@pytest.fixture
def server(settings: Any) -> Iterator[FakeSmtp]:
    """A server, named by SMTP_URL."""
    with FakeSmtp() as made:
        settings.SMTP_URL = made.url
        yield made


def _post(*recipients: str) -> list[Letter]:
    return [
        post_ready("test", each, "fr", subject="Bonjour", text="T", html="<p>H</p>", now=WEDNESDAY)
        for each in recipients
    ]


def _states() -> dict[str, str]:
    return dict(Letter.objects.values_list("recipient", "state"))


def test_letters_are_sent_once_and_their_words_forgotten(server: FakeSmtp) -> None:
    _post(AMINA, YOUSSEF)
    assert send_letters(WEDNESDAY) == 2
    assert send_letters(WEDNESDAY + timedelta(days=1)) == 0
    assert sorted(server.recipients()) == [AMINA, YOUSSEF]
    letter = Letter.objects.get(recipient=AMINA)
    assert (letter.state, letter.text, letter.html) == ("sent", "", "")
    assert (letter.settled_at, letter.attempts, letter.smtp_code) == (WEDNESDAY, 1, 250)
    assert server.accepted[0].message_id in set(Letter.objects.values_list("message_id", flat=True))


def test_a_letter_to_somebody_unknown_is_refused_and_the_others_leave(server: FakeSmtp) -> None:
    _post(AMINA, YOUSSEF, GRACE)
    server.at("RCPT", "550 5.1.1 no such user", match=YOUSSEF)
    assert send_letters(WEDNESDAY) == 2
    assert _states() == {AMINA: "sent", YOUSSEF: "refused", GRACE: "sent"}
    refused = Letter.objects.get(recipient=YOUSSEF)
    assert refused.smtp_code == 550
    assert "no such user" in refused.smtp_text


def test_a_server_that_says_later_is_asked_later(server: FakeSmtp) -> None:
    _post(AMINA)
    server.at("RCPT", "451 4.7.1 greylisted", times=1)
    assert send_letters(WEDNESDAY) == 0
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts, letter.smtp_code) == ("queued", 1, 451)
    assert send_letters(WEDNESDAY + timedelta(seconds=30)) == 0
    assert send_letters(WEDNESDAY + timedelta(minutes=1)) == 1
    assert server.recipients() == [AMINA]


def test_while_the_relay_is_down_letters_wait_and_then_leave(settings: Any) -> None:
    with FakeSmtp() as server:
        port = server.port
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    _post(AMINA, YOUSSEF)
    assert send_letters(WEDNESDAY) == 0
    assert _states() == {AMINA: "queued", YOUSSEF: "queued"}
    assert set(Letter.objects.values_list("attempts", flat=True)) == {0}
    with FakeSmtp(port=port) as server:
        assert send_letters(WEDNESDAY + RELAY_WAIT) == 2
        assert sorted(server.recipients()) == [AMINA, YOUSSEF]


def test_a_line_that_breaks_before_the_reply_leaves_the_letter_uncertain(
    server: FakeSmtp,
) -> None:
    _post(AMINA)
    server.at("DOT", cut=True, accept=True, times=1)
    assert send_letters(WEDNESDAY) == 0
    assert _states() == {AMINA: "uncertain"}
    assert send_letters(WEDNESDAY + timedelta(days=3)) == 0
    assert server.recipients() == [AMINA]


def test_what_a_dead_worker_had_in_hand_leaves_when_its_lease_lapses(server: FakeSmtp) -> None:
    _post(AMINA)
    assert [letter.recipient for letter in settle.claim(WEDNESDAY)] == [AMINA]
    assert send_letters(WEDNESDAY + settle.LEASE) == 0
    assert send_letters(WEDNESDAY + settle.LEASE + timedelta(seconds=1)) == 1
    assert server.recipients() == [AMINA]


def test_a_worker_that_lost_its_lease_settles_nothing() -> None:
    _post(AMINA)
    (mine,) = settle.claim(WEDNESDAY)
    later = WEDNESDAY + settle.LEASE + timedelta(seconds=1)
    (theirs,) = settle.claim(later)
    assert not settle.settle(mine, "refused", later, code=550, text="no")
    assert settle.settle(theirs, "sent", later, code=250, text="ok")
    assert _states() == {AMINA: "sent"}


def test_a_letter_that_cannot_be_written_is_refused_with_a_sentence_and_stops_nobody(
    server: FakeSmtp,
) -> None:
    _post("amina\r\n@example.org", YOUSSEF)
    assert send_letters(WEDNESDAY) == 1
    bad = Letter.objects.get(state="refused")
    assert "not an e-mail address" in bad.refused_why["id"]
    assert server.recipients() == [YOUSSEF]


def test_a_letter_that_crashes_its_writer_comes_back_in_an_hour_and_stops_nobody(
    server: FakeSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    _post(AMINA, YOUSSEF)
    write = send.message

    def crash_on_amina(letter: Letter, *how: Any) -> bytes:
        if letter.recipient == AMINA:
            raise RuntimeError("a fault of ours")
        return write(letter, *how)

    monkeypatch.setattr(send, "message", crash_on_amina)
    assert send_letters(WEDNESDAY) == 1
    letter = Letter.objects.get(recipient=AMINA)
    assert (letter.state, letter.due_at) == ("queued", WEDNESDAY + timedelta(hours=1))
    assert server.recipients() == [YOUSSEF]


def test_without_a_relay_everything_waits_and_a_relay_that_is_no_url_is_told(
    settings: Any,
) -> None:
    _post(AMINA)
    settings.SMTP_URL = ""
    assert send_letters(WEDNESDAY) == 0
    settings.SMTP_URL = "http://example.org"
    with pytest.raises(Misconfigured):
        send_letters(WEDNESDAY)
    assert _states() == {AMINA: "queued"}


def test_more_letters_than_a_group_all_leave(server: FakeSmtp) -> None:
    _post(*(f"reader{number}@example.org" for number in range(settle.GROUP + 3)))
    assert send_letters(WEDNESDAY) == settle.GROUP + 3
    assert server.connections <= 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_two_workers_never_claim_one_letter() -> None:
    _post(*(f"reader{number}@example.org" for number in range(3 * settle.GROUP)))
    claimed: list[int] = []

    def work() -> None:
        claimed.extend(letter.pk for letter in settle.claim(WEDNESDAY))
        connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(claimed) == len(set(claimed)) > settle.GROUP


def test_a_lease_counts_from_the_claim_of_its_own_group(
    server: FakeSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle, "GROUP", 1)
    server.delay = 1.1
    _post(AMINA, YOUSSEF)
    claimed: list[Any] = []
    claim = settle.claim

    def claim_and_tell(now: Any) -> list[Letter]:
        letters = claim(now)
        claimed.extend(letter.leased_until for letter in letters)
        return letters

    monkeypatch.setattr(settle, "claim", claim_and_tell)
    assert send_letters(WEDNESDAY) == 2
    first, second = claimed
    assert second >= first + timedelta(seconds=1)


def test_what_was_sent_is_settled_before_the_rest_of_its_group(server: FakeSmtp) -> None:
    server.delay = 0.3
    _post(*(f"reader{number}@example.org" for number in range(8)))
    seen: list[set[str]] = []

    def look() -> bool:
        seen.append(set(_states().values()))
        return False

    assert send_letters(WEDNESDAY, draining=look) == 8
    assert {"sent", "sending"} in seen


def test_a_worker_told_to_stop_finishes_what_it_began_and_leaves_the_rest(
    server: FakeSmtp,
) -> None:
    server.delay = 0.3
    _post(*(f"reader{number}@example.org" for number in range(30)))
    send_letters(WEDNESDAY, draining=lambda: bool(server.accepted))
    assert set(_states().values()) == {"sent", "queued"}
    assert send_letters(WEDNESDAY + timedelta(minutes=1)) > 0
    assert set(server.copies().values()) == {1}


def test_a_letter_on_which_the_server_hangs_up_is_not_tried_for_ever(server: FakeSmtp) -> None:
    server.at("RCPT", cut=True, match=AMINA)
    _post(AMINA, YOUSSEF)
    for attempt in range(12):
        send_letters(WEDNESDAY + timedelta(days=attempt))
    assert _states() == {AMINA: "refused", YOUSSEF: "sent"}


def test_letters_go_by_the_heaviest_relay(settings: Any) -> None:
    with FakeSmtp() as light, FakeSmtp() as heavy:
        settings.SMTP_URL = f"{light.url}?weight=2 {heavy.url}?weight=3"
        _post(AMINA, YOUSSEF, GRACE)
        assert send_letters(WEDNESDAY) == 3
        assert (len(heavy.accepted), light.connections) == (3, 0)


def test_letters_go_by_the_first_relay_that_can_be_reached(settings: Any) -> None:
    with FakeSmtp() as gone:
        port = gone.port
    with FakeSmtp() as server:
        settings.SMTP_URL = f"{server.url} smtp://127.0.0.1:{port}?weight=9"
        _post(AMINA, YOUSSEF, GRACE)
        assert send_letters(WEDNESDAY) == 3
        assert sorted(server.recipients()) == [AMINA, GRACE, YOUSSEF]
        assert set(Letter.objects.values_list("attempts", flat=True)) == {1}


def test_a_relay_that_says_nothing_keeps_no_letter_from_the_next(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "_FRESH", 4.0)
    with FakeSmtp() as silent, FakeSmtp() as server:
        silent.at("BANNER", stall=True)
        settings.SMTP_URL = f"{silent.url}?weight=9 {server.url}"
        _post(AMINA, YOUSSEF)
        assert send_letters(WEDNESDAY) == 2
        assert sorted(server.recipients()) == [AMINA, YOUSSEF]


def test_letters_wait_when_no_relay_can_be_reached(settings: Any) -> None:
    with FakeSmtp() as one, FakeSmtp() as two:
        ports = one.port, two.port
    settings.SMTP_URL = " ".join(f"smtp://127.0.0.1:{port}" for port in ports)
    _post(AMINA)
    assert send_letters(WEDNESDAY) == 0
    assert _states() == {AMINA: "queued"}
    assert Letter.objects.get().attempts == 0


def _with_key(settings: Any, folder: Path) -> Path:
    path = folder / "dkim.pem"
    settings.MAILER_FROM = "revue@ccme.example"
    settings.MAILER_DKIM = [f"ccme.example:2026a:{path}"]
    return path


@needs_mail_dkim
def test_a_letter_is_signed_where_its_domain_has_a_key(
    server: FakeSmtp, settings: Any, tmp_path: Path
) -> None:
    path = _with_key(settings, tmp_path)
    path.write_bytes(new_pem())
    _post(AMINA, YOUSSEF)
    assert send_letters(WEDNESDAY) == 2
    key = DkimKey.from_pem("ccme.example", "2026a", path.read_bytes())
    mails = [one.body for one in server.accepted]
    assert verdicts(mails, [key], tmp_path) == ["pass", "pass"]
    # Nobody can add to it on the way what it has not.
    added = mails[0].replace(b"Subject:", b"List-Unsubscribe: <https://x.example>\r\nSubject:")
    assert verdicts([added], [key], tmp_path)[0].startswith("fail")


def test_a_letter_waits_for_a_key_that_cannot_be_read_and_the_others_leave(
    server: FakeSmtp, settings: Any, tmp_path: Path
) -> None:
    path = _with_key(settings, tmp_path)
    _post(AMINA)
    other = post_ready(
        *("test", YOUSSEF, "fr"),
        subject="S",
        text="T",
        html="<p>H</p>",
        now=WEDNESDAY,
        sender="lettres@press.example",
    )
    assert send_letters(WEDNESDAY) == 1
    assert server.recipients() == [other.recipient]
    letter = Letter.objects.get(recipient=AMINA)
    assert (letter.state, letter.attempts) == ("queued", 0)
    assert str(path) in letter.smtp_text

    path.write_bytes(new_pem())
    assert send_letters(WEDNESDAY + RELAY_WAIT) == 1
    assert b"DKIM-Signature: " in server.accepted[-1].body
