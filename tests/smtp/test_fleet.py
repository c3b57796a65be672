"""Several relays as one, over real sockets, asserted from the servers' own logs."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop

from mailer.smtp.envelope import NEEDS_SMTPUTF8, UNUSABLE_ADDRESS, Outcome
from mailer.smtp.fleet import Fleet, way_out
from mailer.smtp.marks import Marks, abandoned_marks, read_marks
from mailer.smtp.pool import JOURNAL_FULL, Pool
from mailer.smtp.relay import parse_relays
from tests.fakes.post import QUICK, crowd, kinds, letter, letters, post
from tests.fakes.smtp import FakeSmtp
from tests.smtp.test_killed import SENDER

AMINA, BILAL = "amina@example.org", "bilal@example.org"


def urls(*servers: FakeSmtp, weights: tuple[int, ...] = (1, 1), options: str = "") -> str:
    return " ".join(
        f"{server.url}?weight={weight}{options}"
        for server, weight in zip(servers, weights, strict=True)
    )


def nobody_twice(*servers: FakeSmtp) -> set[str]:
    """Who was taken by any of them, each once in all."""
    copies: Counter[tuple[str, str]] = sum((server.copies() for server in servers), Counter())
    assert set(copies.values()) <= {1}
    return {recipient for recipient, _ in copies}


def test_one_relay_has_its_pool_and_nothing_before_it() -> None:
    async def go() -> None:
        relays = parse_relays("smtp://127.0.0.1:2525?weight=7")
        assert type(way_out(relays, on_outcomes=print)) is Pool

    uvloop.run(go())


def test_relays_of_the_same_speed_carry_mail_as_their_weights_are() -> None:
    with FakeSmtp(delay=0.1) as heavy, FakeSmtp(delay=0.1) as light:
        outcomes = post(urls(heavy, light, weights=(3, 1)), crowd(260))
        assert kinds(outcomes) == {"sent": 260}
        assert len(nobody_twice(heavy, light)) == 260
        # Ten connections and three; how far it is from that is how uneven the two threads ran.
        assert (heavy.connections, light.connections) == (10, 3)
        assert 2 < len(heavy.accepted) / len(light.accepted) < 5


def test_mails_that_come_one_by_one_go_by_turns_as_the_weights_are() -> None:
    async def go(relays: str) -> None:
        fleet = way_out(parse_relays(relays), on_outcomes=outcomes.extend, timeouts=QUICK)
        # Both have shaken hands.
        fleet.submit(crowd(40))
        await fleet.drain()
        before.extend([len(heavy.accepted), len(light.accepted)])
        for envelope in crowd(140)[40:]:
            fleet.submit([envelope])
            await fleet.drain()
        await fleet.close()

    outcomes: list[Outcome] = []
    before: list[int] = []
    with FakeSmtp() as heavy, FakeSmtp() as light:
        uvloop.run(go(urls(heavy, light, weights=(3, 1))))
        assert kinds({one.key: one for one in outcomes}) == {"sent": 140}
        total = len(heavy.accepted) / len(light.accepted)
        assert 2 < total < 4, before


def test_a_slow_relay_holds_up_nobody_who_could_go_by_the_fast_one() -> None:
    async def go(relays: str) -> None:
        timeouts = replace(QUICK, dot=600, goodbye=0.2)
        fleet = way_out(parse_relays(relays), on_outcomes=outcomes.extend, timeouts=timeouts)
        fleet.submit(crowd(500))
        # In the hands of the slow one are two for each connection, and nobody waits behind them.
        async with asyncio.timeout(30):
            while fleet.pending > 20:
                await asyncio.sleep(0.01)
        assert slow.accepted == []
        await fleet.close()

    outcomes: list[Outcome] = []
    with FakeSmtp(delay=3600) as slow, FakeSmtp() as fast:
        uvloop.run(go(urls(slow, fast, weights=(3, 1))))
        count = kinds({one.key: one for one in outcomes})
        assert count["sent"] == len(fast.accepted) >= 480
        assert sum(count.values()) == 500
        assert count.get("uncertain", 0) <= 10


def test_a_relay_that_dies_in_the_middle_leaves_its_mail_to_the_other() -> None:
    with FakeSmtp(delay=0.01) as dying, FakeSmtp(delay=0.01) as other:
        dying.at("DOT", cut=True, match="reader2")  # reader2, reader20…29, reader200…299
        dying.at("BANNER", "421 4.3.2 shutting down", cut=True)
        dying.at("BANNER", "220 welcome", times=10)
        outcomes = post(urls(dying, other, weights=(3, 1)), crowd(600))
        count = kinds(outcomes)
        taken = nobody_twice(dying, other)
        assert len(taken) == count["sent"]
        # What was on its lines is returned or in doubt, two at most for each; nothing else is.
        assert 600 - count["sent"] <= 20
        assert count.get("uncertain", 0) <= 10
        assert len(other.accepted) > 400
        sent = {key for key, outcome in outcomes.items() if outcome.kind == "sent"}
        assert {f"reader{key}@example.org" for key in sent} == taken


def test_a_relay_that_cannot_be_reached_costs_nobody_anything() -> None:
    with FakeSmtp() as gone:
        port = gone.port
    with FakeSmtp() as server:
        relays = f"smtp://127.0.0.1:{port}?weight=100 {server.url}"
        assert kinds(post(relays, crowd(200))) == {"sent": 200}
        assert len(nobody_twice(server)) == 200


def test_a_relay_that_says_nothing_keeps_no_mail_from_the_other() -> None:
    with FakeSmtp() as silent, FakeSmtp() as server:
        silent.at("BANNER", stall=True)
        outcomes = post(urls(silent, server, weights=(100, 1)), crowd(200), patience=2.0)
        assert kinds(outcomes) == {"sent": 200}
        assert len(server.accepted) == 200


def test_only_when_all_are_gone_is_the_way_out_unreachable_and_mail_returned_at_once() -> None:
    async def go(relays: str) -> None:
        fleet = way_out(parse_relays(relays), on_outcomes=outcomes.extend, timeouts=QUICK)
        fleet.submit(letters(AMINA, BILAL))
        await fleet.drain()
        assert fleet.unreachable is not None
        assert "cannot be reached" in str(fleet.unreachable)
        fleet.submit(letters(AMINA))
        await fleet.drain()
        # Each is asked again by itself, and the first that answers is enough.
        with FakeSmtp(port=ports[1]) as back:
            async with asyncio.timeout(20):
                while fleet.unreachable is not None:
                    await asyncio.sleep(0.02)
            fleet.submit(letters(AMINA))
            await fleet.drain()
            assert back.recipients() == [AMINA]
            await fleet.close()

    outcomes: list[Outcome] = []
    with FakeSmtp() as one, FakeSmtp() as two:
        ports = (one.port, two.port)
    uvloop.run(go(" ".join(f"smtp://127.0.0.1:{port}" for port in ports)))
    assert [outcome.kind for outcome in outcomes] == ["returned"] * 3 + ["sent"]
    assert {outcome.stage for outcome in outcomes[:3]} == {"queue"}


def test_what_waits_when_the_fleet_is_closed_comes_back() -> None:
    async def go(relays: str) -> None:
        fleet = way_out(parse_relays(relays), on_outcomes=outcomes.extend, timeouts=QUICK)
        fleet.submit(crowd(500))
        while not outcomes:
            await asyncio.sleep(0.01)
        await fleet.close()
        assert fleet.pending == 0
        fleet.submit(letters(AMINA))
        await fleet.drain()

    outcomes: list[Outcome] = []
    with FakeSmtp(delay=0.05) as one, FakeSmtp(delay=0.05) as two:
        uvloop.run(go(urls(one, two)))
        sent = [outcome for outcome in outcomes if outcome.kind == "sent"]
        returned = [outcome for outcome in outcomes if outcome.kind == "returned"]
        assert len(outcomes) == 501 == len(sent) + len(returned)
        assert len(nobody_twice(one, two)) == len(sent)
        assert one.until(lambda _: one.commands.count("QUIT") == one.connections)
        assert two.until(lambda _: two.commands.count("QUIT") == two.connections)


def test_mail_that_no_relay_has_begun_in_time_is_returned_once() -> None:
    with FakeSmtp(delay=0.6) as one, FakeSmtp(delay=0.6) as two:
        outcomes = post(urls(one, two, options="&connections=1"), crowd(50), patience=0.3)
        count = kinds(outcomes)
        assert count["sent"] <= 4
        assert count["sent"] + count["returned"] == 50
        assert {o.stage for o in outcomes.values() if o.kind == "returned"} == {"queue"}


def test_the_relays_share_one_journal_and_keep_room_in_it_for_each_other(tmp_path: Path) -> None:
    with Marks(tmp_path, capacity=70) as marks, FakeSmtp() as one, FakeSmtp() as two:
        outcomes = post(urls(one, two), crowd(300), marks=marks, patience=5.0)
        count = kinds(outcomes)
        # Nothing is cleared here: what finds no room is returned, before a byte of it leaves.
        assert count["sent"] + count["returned"] == 300
        assert {o.text for o in outcomes.values() if o.kind == "returned"} == {JOURNAL_FULL}
        assert len(nobody_twice(one, two)) == count["sent"] <= 70
        marks.clear(range(1, 301))


@pytest.mark.parametrize("after", [60, 700])
def test_a_killed_sender_leaves_at_most_one_in_doubt_per_connection(
    tmp_path: Path, after: int
) -> None:
    with FakeSmtp() as one, FakeSmtp() as two:
        words = [sys.executable, "-c", SENDER, urls(one, two), str(tmp_path)]
        with subprocess.Popen(words) as sender:
            assert one.until(lambda _: len(one.accepted) + len(two.accepted) >= after)
            os.kill(sender.pid, signal.SIGKILL)
        (path,) = abandoned_marks(tmp_path)
        committed = {int(line) for line in (tmp_path / "committed").read_text().split()}
        marks = read_marks(path) or {}
        known = committed | {key for key, mark in marks.items() if mark.code is not None}
        doubtful = {key for key, mark in marks.items() if mark.code is None} - committed
        nobody_twice(one, two)
        taken = {int(n.message_id[1:].partition("@")[0]) for n in [*one.accepted, *two.accepted]}
        assert known <= taken
        assert len(doubtful) <= 20


def test_a_relay_that_loses_its_lines_and_comes_back_takes_its_part_again() -> None:
    async def go() -> None:
        fleet = Fleet(
            parse_relays(f"smtp://127.0.0.1:{port} {steady.url}"),
            on_outcomes=outcomes.extend,
            timeouts=replace(QUICK, goodbye=1),
        )
        fleet.submit(crowd(100))
        await fleet.drain()
        with FakeSmtp(port=port, delay=0.02) as back:
            async with asyncio.timeout(20):
                while not back.accepted:
                    fleet.submit(crowd(100))
                    await fleet.drain()
            await fleet.close()

    outcomes: list[Outcome] = []
    with FakeSmtp() as gone:
        port = gone.port
    with FakeSmtp(delay=0.02) as steady:
        uvloop.run(go())
        assert {outcome.kind for outcome in outcomes} == {"sent"}


PLAIN = ("8BITMIME", "ENHANCEDSTATUSCODES")


def test_what_one_relay_cannot_be_given_goes_by_another_that_takes_it() -> None:
    arabic = [letter(9000 + n, f"أمينة{n}@example.org") for n in range(20)]
    large = [letter(9100 + n, f"large{n}@example.org", size=9000) for n in range(20)]
    with FakeSmtp(extensions=PLAIN, size=5000) as small, FakeSmtp() as able:
        outcomes = post(urls(small, able, weights=(3, 1)), [*crowd(200), *arabic, *large])
        assert kinds(outcomes) == {"sent": 240}
        assert len(nobody_twice(small, able)) == 240
        assert len(small.accepted) > 0
        able_to = {one.recipient for one in able.accepted}
        assert able_to >= {one.recipient for one in [*arabic, *large]}


def test_what_no_relay_can_be_given_is_refused_once_with_its_reason() -> None:
    with FakeSmtp(extensions=PLAIN) as one, FakeSmtp(extensions=PLAIN) as other:
        outcomes = post(urls(one, other), [*crowd(10), letter(99, "أمينة@example.org")])
        assert (outcomes[99].kind, outcomes[99].text) == ("refused", NEEDS_SMTPUTF8)
        assert len(nobody_twice(one, other)) == 10


def test_what_no_relay_in_the_world_takes_is_offered_to_none() -> None:
    with FakeSmtp() as one, FakeSmtp() as other:
        outcomes = post(urls(one, other), letters("no address", AMINA))
        assert (outcomes[1].kind, outcomes[1].text) == ("refused", UNUSABLE_ADDRESS)
        assert nobody_twice(one, other) == {AMINA}


def test_what_only_a_relay_that_is_away_could_take_is_returned_and_not_refused() -> None:
    with FakeSmtp() as away:
        gone = away.url
    with FakeSmtp(extensions=PLAIN) as small:
        relays = f"{gone}?weight=3 {small.url}"
        outcomes = post(relays, [*crowd(20), letter(99, "أمينة@example.org")])
        assert outcomes[99].kind == "returned"
        assert kinds(outcomes) == {"sent": 20, "returned": 1}
