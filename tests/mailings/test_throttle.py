"""The paces that workers share, in a Redis that is asked, flushed, killed and started again."""

import logging
import struct
import threading
from collections.abc import Iterator

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.mailings.limits import SECOND, Book, Rate, decide, new_book
from mailer.mailings.throttle import ALONE, DECIDE, Throttle
from tests.mailings.paces import rate_of
from tests.servers import Redis

pytestmark = pytest.mark.once


@pytest.fixture
def client(store: Redis) -> Iterator["redis.Redis"]:
    """A line to it, and nothing in it."""
    with redis.Redis.from_url(store.url) as line:
        line.flushall()
        yield line


@pytest.fixture
def shared(store: Redis, client: "redis.Redis") -> Iterator[Throttle]:
    """A worker's throttle, at a Redis that has been there for long."""
    client.set("mailer:pace:since", 0)
    throttle = Throttle(store.url)
    yield throttle
    throttle.close()


ASK = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from([0.01, 0.7, 3, 250, 40_000]),
        st.booleans(),
        st.integers(-5, 400),
    ),
    min_size=1,
    max_size=8,
)


@given(questions=st.lists(st.tuples(ASK, st.booleans()), max_size=6), known=st.booleans())
@settings(max_examples=60)
def test_redis_decides_as_the_rule_says(
    store: Redis, questions: list[tuple[list[tuple[str, float, bool, int]], bool]], known: bool
) -> None:
    with redis.Redis.from_url(store.url) as line:
        line.flushall()
        if known:
            line.set("mailer:pace:since", 1_000_000)
        script, books = line.register_script(DECIDE), dict[str, Book]()
        for question, change_of_era in questions:
            rates = {
                key: Rate(key, SECOND / figure, SECOND / figure if lane else 0.0)
                for key, figure, lane, _ in question
            }
            wanted = {key: count for key, _, _, count in question}
            books = {key: book for key, book in books.items() if line.exists(key)}
            words = [
                word for key, rate in rates.items() for word in (rate.step, rate.lane, wanted[key])
            ]
            if change_of_era:
                line.incr("mailer:pace:era")
            era = float(line.get("mailer:pace:era") or 0)
            told = script(
                ["mailer:pace:since", "mailer:pace:era", *rates],
                [struct.pack(f"<{len(words)}d", *words)],
            )
            (now,) = struct.unpack_from("<d", told)
            since = float(line.get("mailer:pace:since") or 0)
            for (key, rate), answer in zip(
                rates.items(), struct.iter_unpack("<dd", told[8:]), strict=True
            ):
                book = books.get(key) or new_book(rate, since, era)
                turn, books[key] = decide(book, rate, wanted[key], now, era)
                assert answer == turn
                assert struct.unpack("<ddd", line.get(key) or b"") == books[key]


def test_a_question_about_nothing_is_not_asked() -> None:
    assert Throttle("unix:///nowhere/redis.sock").ask({}) == {}


def test_two_workers_share_a_pace(store: Redis, shared: Throttle) -> None:
    slow = rate_of(0.001)
    other = Throttle(store.url)
    assert shared.ask({slow: 3})[slow].go == 1
    assert other.ask({slow: 3})[slow].go == 0
    other.close()


def test_many_workers_together_let_no_more_pass_than_the_pace(
    store: Redis, shared: Throttle, client: "redis.Redis"
) -> None:
    rate = rate_of(200)
    passed = []

    def work() -> None:
        throttle = Throttle(store.url)
        passed.extend([throttle.ask({rate: 20})[rate].go for _ in range(150)])
        throttle.close()

    before = _clock(client)
    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = (_clock(client) - before) / SECOND
    assert len(passed) == 4 * 150
    assert 201 <= sum(passed) <= 201 + 200 * seconds


def test_the_end_of_an_era_empties_every_queue(shared: Throttle) -> None:
    slow = rate_of(0.01)
    assert shared.ask({slow: 1000})[slow].wait < shared.ask({slow: 10})[slow].wait
    assert shared.end_era()
    assert shared.ask({slow: 10})[slow].wait / SECOND <= 100


def test_without_redis_no_era_ends() -> None:
    assert not Throttle("unix:///nowhere/redis.sock").end_era()


def test_a_pace_is_forgotten_when_it_is_at_rest(shared: Throttle, client: "redis.Redis") -> None:
    shared.ask({rate_of(50, "busy"): 500, rate_of(50, "idle"): 1})
    busy, idle = (int(client.pttl(f"mailer:pace:{key}")) for key in ("busy", "idle"))
    # A second longer than anything depends on it.
    assert idle <= 1021
    assert 5000 < busy <= 11_000


def test_a_flush_opens_nothing(shared: Throttle, client: "redis.Redis") -> None:
    tenth = rate_of(0.1)
    assert shared.ask({tenth: 5})[tenth].go == 1
    client.flushall()
    assert shared.ask({tenth: 5})[tenth].go == 0
    client.script_flush()
    assert shared.ask({tenth: 5})[tenth].go == 0


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_without_redis_a_worker_keeps_a_tenth_by_itself_and_says_so_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "mailer")
    clock = Hands()
    throttle = Throttle("unix:///nowhere/redis.sock", clock)
    rate = rate_of(50)
    assert throttle.ask({rate: 100})[rate].go == 0, "it begins empty"
    passed = 0
    for _ in range(600):
        clock.at += 0.1
        passed += throttle.ask({rate: 100})[rate].go
    assert 60 * 50 / ALONE - 1 <= passed <= 60 * 50 / ALONE
    assert [one.levelname for one in caplog.records] == ["WARNING"]


def test_without_redis_who_waits_comes_again_at_the_whole_pace() -> None:
    throttle = Throttle("unix:///nowhere/redis.sock", Hands())
    rate = rate_of(50)
    waits = [throttle.ask({rate: 100})[rate].wait / SECOND for _ in range(2)]
    assert waits[1] - waits[0] == pytest.approx(2)


def test_redis_is_asked_again_after_a_rest_and_the_pace_is_shared_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "mailer")
    clock, rate = Hands(), rate_of(50)
    with Redis() as server:
        throttle = Throttle(server.url, clock)
        throttle.ask({rate: 1})
        server.kill()
        assert throttle.ask({rate: 1})[rate].go == 0
        server.start()
        assert throttle.ask({rate: 1})[rate].go == 0, "it is left alone for a while"
        clock.at += 6
        throttle.ask({rate: 1000})
        with redis.Redis.from_url(server.url) as line:
            assert line.exists("mailer:pace:gmail.com")
        throttle.close()
    assert [one.levelname for one in caplog.records] == ["WARNING", "INFO"]


def test_a_line_that_broke_meanwhile_is_no_outage(
    shared: Throttle, client: "redis.Redis", caplog: pytest.LogCaptureFixture
) -> None:
    rate = rate_of(50)
    shared.ask({rate: 1})
    client.client_kill_filter(_type="normal", skipme=True)
    assert shared.ask({rate: 1})[rate].go == 1
    assert not caplog.records


def _clock(client: "redis.Redis") -> float:
    seconds, micros = client.time()
    return seconds * SECOND + micros
