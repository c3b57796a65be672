"""The pool over real sockets, asserted from the server's own log."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop

from mailer.smtp.envelope import Envelope, Outcome
from mailer.smtp.marks import Marks, read_marks
from mailer.smtp.pool import Pool
from mailer.smtp.relay import parse_relay
from tests.fakes.post import QUICK, crowd, kinds, letter, letters, post
from tests.fakes.smtp import FakeSmtp

AMINA, BILAL, EVE = "amina@example.org", "bilal@example.org", "eve@example.org"
IMPATIENT = replace(QUICK, banner=0.3, ehlo=0.3, mail=0.3, rcpt=0.3, data=0.3, block=0.3, dot=0.3)


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("run", [uvloop.run, asyncio.run])
def test_everybody_gets_one_copy(pipelining: bool, run: Callable[..., object]) -> None:
    with FakeSmtp(pipelining=pipelining) as server:
        outcomes = post(server.url, crowd(300), run=run)
        assert kinds(outcomes) == {"sent": 300}
        assert len(server.copies()) == 300
        assert set(server.copies().values()) == {1}
        assert server.connections == 10


def test_the_next_commands_come_behind_the_final_dot_and_bodies_arrive_whole() -> None:
    with FakeSmtp() as server:
        envelopes = [letter(key, AMINA, size=size) for key, size in enumerate((1, 9, 200_000), 1)]
        dotted = Envelope(4, "r@press.ma", AMINA, b"Subject: x\r\n\r\n..dot\r\n...\r\n")
        assert kinds(post(f"{server.url}?connections=1", [*envelopes, dotted])) == {"sent": 4}
        bodies = {acceptance.body for acceptance in server.accepted}
        assert bodies == {bytes(e.body) for e in envelopes} | {  # type: ignore[arg-type]  # all are bytes here
            b"Subject: x\r\n\r\n.dot\r\n..\r\n"
        }


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_refused_recipient_stops_nobody_else(pipelining: bool) -> None:
    with FakeSmtp(pipelining=pipelining) as server:
        server.at("RCPT", "550 5.1.1 no such user", match="reader3@")
        server.at("RCPT", "450 4.2.0 greylisted", match="reader5@")
        server.at("MAIL", "451 4.3.0 try later", times=1)
        server.at("DOT", "554 5.7.1 looks like spam", match="reader7@")
        outcomes = post(f"{server.url}?connections=1", crowd(20))
        assert kinds(outcomes) == {"sent": 16, "refused": 2, "deferred": 2}
        assert outcomes[3] == Outcome(3, "refused", "rcpt", 550, "5.1.1", "no such user")
        assert outcomes[5].kind == "deferred"
        assert (outcomes[7].kind, outcomes[7].stage) == ("refused", "dot")
        assert (len(server.recipients()), server.connections) == (16, 1)


def test_a_hostile_address_or_a_broken_body_never_reaches_the_wire() -> None:
    def broken() -> bytes:
        raise ValueError("a hole without a value")

    injected = "eve@example.org>\r\nRCPT TO:<mallory@example.org"
    with FakeSmtp() as server:
        envelopes = [letter(1, injected), Envelope(2, "r@press.ma", EVE, broken), letter(3, AMINA)]
        outcomes = post(server.url, envelopes)
        assert [outcomes[key].kind for key in (1, 2, 3)] == ["refused", "refused", "sent"]
        assert (outcomes[1].stage, outcomes[2].stage) == ("address", "body")
        assert not any("mallory" in line or "eve" in line for line in server.commands)


@pytest.mark.parametrize("place", ["MAIL", "RCPT", "DATA", "BODY"])
def test_a_line_lost_before_the_body_is_through_loses_nobody(place: str) -> None:
    with FakeSmtp() as server:
        server.at(place, cut=True, match="" if place in ("MAIL", "DATA") else EVE, times=1)
        outcomes = post(f"{server.url}?connections=1", letters(EVE, AMINA, BILAL))
        lost = [outcome for outcome in outcomes.values() if outcome.kind != "sent"]
        # Behind the dot of a small body there is no telling how far it came.
        assert lost[0].kind == ("uncertain" if place == "BODY" else "returned")
        assert not {outcome.kind for outcome in lost[1:]} - {"returned"}
        assert EVE not in server.recipients()
        assert set(server.copies().values()) <= {1}


def test_a_large_body_cut_short_is_certainly_not_taken() -> None:
    with FakeSmtp() as server:
        server.at("BODY", cut=True, times=1)
        outcomes = post(f"{server.url}?connections=1", [letter(1, EVE, size=30_000_000)])
        assert (outcomes[1].kind, server.recipients()) == ("returned", [])


@pytest.mark.parametrize("taken", [True, False])
def test_a_line_lost_between_the_dot_and_its_reply_is_in_doubt(taken: bool) -> None:
    with FakeSmtp() as server:
        server.at("DOT", cut=True, accept=taken, match=EVE, times=1)
        outcomes = post(f"{server.url}?connections=1", letters(EVE, AMINA))
        assert (outcomes[1].kind, outcomes[2].kind) == ("uncertain", "returned")
        assert server.recipients() == ([EVE] if taken else [])


def test_a_server_that_takes_a_mail_and_hangs_up_has_taken_it() -> None:
    with FakeSmtp() as server:
        server.at("DOT", "250 2.0.0 taken", accept=True, cut=True, match=EVE)
        outcomes = post(f"{server.url}?connections=1", letters(EVE, AMINA))
        assert (outcomes[1].kind, outcomes[2].kind) == ("sent", "returned")


def test_a_server_that_says_354_and_leaves_has_taken_nothing() -> None:
    with FakeSmtp() as server:
        server.at("DATA", b"354 go ahead\r\n421 4.3.2 leaving\r\n", cut=True, times=1)
        outcomes = post(f"{server.url}?connections=1", letters(EVE))
        assert (outcomes[1].kind, outcomes[1].code) == ("deferred", 421)


def test_a_server_that_leaves_after_each_mail_gets_all_of_them_in_the_end() -> None:
    with FakeSmtp() as server:
        server.at("DOT", "250 2.0.0 taken", accept=True, cut=True)
        sent: set[int] = set()
        rest = crowd(12)
        for _ in range(12):
            outcomes = post(f"{server.url}?connections=3", rest)
            assert set(kinds(outcomes)) <= {"sent", "returned"}
            sent |= {key for key, outcome in outcomes.items() if outcome.kind == "sent"}
            rest = [envelope for envelope in rest if envelope.key not in sent]
        assert rest == []
        assert set(server.copies().values()) == {1}


@pytest.mark.parametrize("place", ["MAIL", "RCPT", "DATA", "DOT"])
def test_a_server_that_stalls_is_left_in_time(place: str) -> None:
    with FakeSmtp() as server:
        server.at(place, stall=True)
        outcomes = post(f"{server.url}?connections=1", letters(EVE), timeouts=IMPATIENT)
        assert outcomes[1].kind == ("uncertain" if place == "DOT" else "returned")
        assert "in time" in outcomes[1].text


@pytest.mark.parametrize("say", [b"x" * 10_000_000, b"HTTP/1.1 200 OK\r\n\r\n", b"199 hm\r\n"])
def test_a_server_that_talks_nonsense_is_left_and_the_others_go_on(say: bytes) -> None:
    with FakeSmtp() as server:
        server.at("RCPT", say, match=EVE)
        outcomes = post(f"{server.url}?connections=3", [*crowd(30), letter(31, EVE)])
        assert outcomes[31].kind == "returned"
        assert kinds(outcomes)["sent"] >= 28
        assert set(server.copies().values()) == {1}


def test_replies_may_come_byte_by_byte_or_with_bare_line_feeds() -> None:
    for server in (FakeSmtp(dribble=True), FakeSmtp(newline=b"\n")):
        with server:
            assert kinds(post(server.url, crowd(20))) == {"sent": 20}


def test_a_relay_that_is_down_returns_everything_and_says_why() -> None:
    outcomes: list[Outcome] = []

    async def go() -> str:
        relay = parse_relay(f"smtp://127.0.0.1:{closed_port()}")
        pool = Pool(relay, on_outcomes=outcomes.extend, timeouts=QUICK)
        pool.submit(crowd(5))
        await pool.drain()
        pool.submit(letters(AMINA))
        await pool.drain()
        why = str(pool.unreachable)
        await pool.close()
        return why

    assert "cannot be reached" in uvloop.run(go())
    assert [(o.kind, o.stage) for o in outcomes] == [("returned", "queue")] * 6


def test_a_relay_that_comes_back_is_found_without_being_asked_to() -> None:
    outcomes: list[Outcome] = []
    port = closed_port()

    async def go() -> None:
        pool = Pool(
            parse_relay(f"smtp://127.0.0.1:{port}"), on_outcomes=outcomes.extend, timeouts=QUICK
        )
        pool.submit(letters(AMINA))
        await pool.drain()
        assert pool.unreachable is not None
        with FakeSmtp(port=port) as server:
            async with asyncio.timeout(20):
                while pool.unreachable is not None:
                    await asyncio.sleep(0.05)
            pool.submit(letters(AMINA))
            await pool.drain()
            await pool.close()
            assert server.recipients() == [AMINA]

    uvloop.run(go())
    assert [o.kind for o in outcomes] == ["returned", "sent"]


@pytest.mark.parametrize("place", ["BANNER", "EHLO"])
def test_a_server_that_refuses_us_refuses_nobody_in_particular(place: str) -> None:
    with FakeSmtp() as server:
        server.at(place, "554 5.7.1 your address is on a list", cut=True)
        assert kinds(post(server.url, crowd(8))) == {"returned": 8}
        assert server.connections <= 10


def test_a_relay_that_leaves_an_unused_connection_is_not_unreachable() -> None:
    port = closed_port()

    async def go() -> None:
        pool = Pool(parse_relay(f"smtp://127.0.0.1:{port}"), on_outcomes=print, timeouts=QUICK)
        pool.submit(letters(AMINA))
        await pool.drain()
        assert pool.unreachable is not None
        with FakeSmtp(port=port):
            async with asyncio.timeout(20):
                while pool.unreachable is not None:
                    await asyncio.sleep(0.02)
        # The server has ended, and with it the connection of the probe, which had no work yet.
        await asyncio.sleep(0.1)
        assert pool.unreachable is None
        pool.submit(letters(BILAL))
        await pool.drain()
        assert pool.unreachable is not None
        await pool.close()

    uvloop.run(go())


def test_a_relay_that_leaves_before_the_first_mail_is_not_asked_without_end() -> None:
    with FakeSmtp() as server:
        server.at("EHLO", b"250 fake.test\r\n", cut=True)
        assert kinds(post(server.url, crowd(50))) == {"returned": 50}
        assert server.connections <= 10


def test_a_relay_that_wants_a_password_first_refuses_nobody() -> None:
    with FakeSmtp() as server:
        server.at("MAIL", "530 5.7.0 authentication required")
        assert kinds(post(f"{server.url}?connections=1", crowd(8))) == {"returned": 8}


def test_a_relay_that_takes_two_connections_gets_all_the_mail_through_them() -> None:
    with FakeSmtp() as server:
        server.at("BANNER", "421 4.7.0 two connections at most", cut=True)
        server.at("BANNER", "220 welcome", times=2)
        assert kinds(post(server.url, crowd(200))) == {"sent": 200}


def test_connections_are_kept_between_batches_and_left_at_their_measure() -> None:
    async def go(url: str) -> None:
        pool = Pool(parse_relay(url), on_outcomes=outcomes.extend, timeouts=QUICK)
        for key in range(1, 9):
            pool.submit([letter(key, AMINA)])
            await pool.drain()
        await pool.close()

    outcomes: list[Outcome] = []
    with FakeSmtp() as server:
        uvloop.run(go(f"{server.url}?connections=1&messages=4"))
        assert [o.kind for o in outcomes] == ["sent"] * 8
        assert server.connections == 2
        assert server.until(lambda server: server.commands.count("QUIT") == 2)


def test_a_pool_lives_on_when_its_loop_runs_again() -> None:
    outcomes: list[Outcome] = []
    loop = uvloop.new_event_loop()

    async def batch(pool: Pool, key: int) -> None:
        pool.submit([letter(key, AMINA)])
        await pool.drain()

    async def new(url: str) -> Pool:
        return Pool(parse_relay(url), on_outcomes=outcomes.extend, timeouts=QUICK)

    with FakeSmtp() as server:
        pool = loop.run_until_complete(new(server.url))
        for key in (1, 2, 3):
            loop.run_until_complete(batch(pool, key))
        loop.run_until_complete(pool.close())
        loop.close()
        assert (server.connections, [o.kind for o in outcomes]) == (1, ["sent"] * 3)


def test_an_unused_connection_is_left_after_a_while() -> None:
    async def go(url: str) -> None:
        timeouts = replace(QUICK, idle=0.2)
        pool = Pool(parse_relay(url), on_outcomes=outcomes.extend, timeouts=timeouts)
        pool.submit(letters(AMINA))
        await pool.drain()
        async with asyncio.timeout(10):
            while "QUIT" not in server.commands:
                await asyncio.sleep(0.02)
        pool.submit(letters(BILAL))
        await pool.drain()
        await pool.close()

    outcomes: list[Outcome] = []
    with FakeSmtp() as server:
        uvloop.run(go(server.url))
        assert (server.connections, server.recipients()) == (2, [AMINA, BILAL])


def test_what_has_not_begun_in_time_is_returned() -> None:
    with FakeSmtp(delay=0.2) as server:
        outcomes = post(f"{server.url}?connections=1", crowd(40), patience=0.5)
        assert set(kinds(outcomes)) == {"sent", "returned"}
        assert len(server.recipients()) == kinds(outcomes)["sent"] < 8
        assert {o.stage for o in outcomes.values() if o.kind == "returned"} == {"queue"}


def test_a_body_whose_hour_has_passed_is_not_sent_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailer.smtp.connection.GRACE", 0.0)
    with FakeSmtp(delay=1.0) as server:
        outcomes = post(f"{server.url}?connections=1", letters(AMINA, BILAL), patience=0.5)
        # Bilal's commands went behind Amina's dot; the reply to them came a second later.
        assert (outcomes[1].kind, outcomes[2].kind) == ("sent", "returned")
        assert server.recipients() == [AMINA]


def test_a_closed_pool_finishes_what_has_begun_and_returns_the_rest() -> None:
    outcomes: list[Outcome] = []

    async def go(url: str) -> None:
        pool = Pool(parse_relay(url), on_outcomes=outcomes.extend, timeouts=QUICK)
        pool.submit(crowd(100))
        while not outcomes:
            await asyncio.sleep(0.01)
        await pool.close()
        pool.submit(letters(AMINA))
        await pool.drain()

    with FakeSmtp(delay=0.05) as server:
        uvloop.run(go(f"{server.url}?connections=2"))
        count = kinds(dict(enumerate(outcomes)))
        assert set(count) == {"sent", "returned"}
        assert (sum(count.values()), count["sent"]) == (101, len(server.recipients()))


def test_outcomes_come_in_the_loop_and_every_envelope_has_one_even_if_recording_fails() -> None:
    seen: list[Outcome] = []
    told: list[object] = []

    def record(batch: list[Outcome]) -> None:
        seen.extend(batch)
        raise ValueError("the database is away")

    async def go(url: str) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        pool = Pool(parse_relay(url), on_outcomes=record, timeouts=QUICK)
        pool.submit(crowd(5))
        await pool.drain()
        await pool.close()

    with FakeSmtp() as server:
        uvloop.run(go(server.url))
    assert len({outcome.key for outcome in seen}) == 5
    assert told


def test_each_dot_is_marked_before_it_is_written(tmp_path: Path) -> None:
    with Marks(tmp_path) as marks, FakeSmtp() as server:
        server.at("DOT", stall=True, match=EVE)
        server.at("RCPT", "550 5.1.1 unknown", match=BILAL)
        outcomes = post(
            f"{server.url}?connections=1",
            letters(AMINA, BILAL, EVE),
            marks=marks,
            timeouts=IMPATIENT,
        )
        assert [outcomes[key].kind for key in (1, 2, 3)] == ["sent", "refused", "uncertain"]
        told = read_marks(marks.path) or {}
        assert {key: mark.code for key, mark in told.items()} == {1: 250, 3: None}


def test_a_full_journal_sends_nothing_that_it_cannot_hold(tmp_path: Path) -> None:
    def submit_all(marks: Marks, url: str) -> dict[int, Outcome]:
        return post(f"{url}?connections=1", crowd(50), marks=marks)

    with Marks(tmp_path, capacity=8) as marks, FakeSmtp() as server:
        outcomes = submit_all(marks, server.url)
        assert set(kinds(outcomes)) == {"sent", "returned"}
        assert 0 < len(server.recipients()) == kinds(outcomes)["sent"] <= 8
        marks.clear(outcomes)
