"""Many visits side by side: nobody waits for a slow server, and no host is asked twice at once."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mailer.articles import turns
from mailer.articles.answers import Fetched
from mailer.articles.asking import Ask, Asking
from mailer.articles.door import Policy
from mailer.articles.errands import Errand, alone, host_of, many
from mailer.articles.guard import exceptions
from mailer.articles.models import Turn
from mailer.errors import FetchError
from tests.fakes.feeds import Press

pytestmark = pytest.mark.django_db


class Doors:
    """How many requests are at each host at this moment, and at most were."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: dict[str, int] = {}
        self.most = 0
        self.at_once = 0

    def behaviour(self, seconds: float) -> Any:
        def behave(handler: Any) -> None:
            host = handler.headers["host"].partition(":")[0]
            with self._lock:
                self._now[host] = self._now.get(host, 0) + 1
                self.most = max(self.most, self._now[host])
                self.at_once = max(self.at_once, sum(self._now.values()))
            time.sleep(seconds)
            with self._lock:
                self._now[host] -= 1
            handler.answer(200, b"ok")

        return behave


def policy(press: Press, seconds: float = 10) -> Policy:
    return Policy("mailer/test", exceptions([f"127.0.0.0/8:{press.port}"]), seconds)


def errand(*urls: str) -> Errand[list[Fetched | FetchError]]:
    def visit() -> Asking[list[Fetched | FetchError]]:
        answers: list[Fetched | FetchError] = []
        for url in urls:
            try:
                answers.append((yield Ask(url)))
            except FetchError as refusal:
                answers.append(refusal)
        return answers

    return Errand(host_of(urls[0]), visit)


def test_one_host_is_asked_one_thing_at_a_time_by_however_many_visits(press: Press) -> None:
    """press-rules, Fetch: one request at a time per host."""
    doors = Doors()
    press.does("/feed", doors.behaviour(0.02))
    url = press.url("/feed")
    answers = list(many([errand(url, url) for _ in range(6)], policy(press)))
    assert all(isinstance(answer, Fetched) for pair in answers for answer in pair)
    assert (len(press.visits("/feed")), doors.most) == (12, 1)


def test_many_hosts_are_asked_at_once(press: Press) -> None:
    doors = Doors()
    press.does("/feed", doors.behaviour(0.1))
    names = [errand(press.url("/feed", host)) for host in ("127.0.0.1", "localhost")]
    assert len(list(many(names, policy(press)))) == 2
    assert doors.at_once == 2


def test_a_redirect_waits_for_its_own_hosts_turn(press: Press) -> None:
    doors = Doors()
    press.does("/feed", doors.behaviour(0.02))
    press.redirects("/old", press.url("/feed", "localhost"))
    both = [errand(press.url("/old")), errand(*[press.url("/feed", "localhost")] * 3)]
    answers = list(many(both, policy(press)))
    assert [len(answer) for answer in answers] in ([1, 3], [3, 1])
    assert doors.most == 1


def test_the_next_is_fetched_on_time_beside_one_that_drips(press: Press) -> None:
    """press-rules, Fetch: 20 s in all; the next source is fetched on time."""
    press.dawdles("/drip")
    press.serves("/feed", "ok")
    visits = [errand(press.url("/drip")), errand(press.url("/feed", "localhost"))]
    first, second = many(visits, policy(press, seconds=0.5))
    assert isinstance(first[0], Fetched)  # the second of the list ends first
    assert isinstance(second[0], FetchError)


def test_a_visit_that_crashes_stops_no_other(press: Press, caplog: Any) -> None:
    def broken() -> Asking[list[Fetched | FetchError]]:
        yield Ask(press.url("/feed"))
        raise ZeroDivisionError

    press.serves("/feed", "ok")
    visits = [Errand("127.0.0.1", broken), errand(press.url("/feed"))]
    (answer,) = many(visits, policy(press))
    assert isinstance(answer[0], Fetched)
    assert "a visit failed" in caplog.text


def test_a_visit_that_is_not_needed_is_none(press: Press) -> None:
    nothing: Errand[Any] = Errand("h.ma", lambda: None)
    assert list(many([nothing], policy(press))) == []


def test_none_is_begun_after_the_end(press: Press) -> None:
    press.serves("/feed", "ok")
    over = time.monotonic() - 1
    assert list(many([errand(press.url("/feed"))], policy(press), until=over)) == []
    assert not press.visits("/feed")


def test_a_host_that_another_process_is_at_is_waited_for(press: Press) -> None:
    press.serves("/feed", "ok")
    held = turns.take("127.0.0.1")
    assert held is not None
    assert turns.take("127.0.0.1") is None

    def visit() -> Asking[Fetched]:
        return (yield Ask(press.url("/feed")))

    with pytest.raises(FetchError, match="by another visit"):
        alone(visit(), policy(press), patience=0.05)
    assert not press.visits("/feed")
    turns.give_back("127.0.0.1", held, timedelta())
    assert alone(visit(), policy(press)).status == 200
    (answer,) = many([errand(press.url("/feed"))], policy(press))
    assert isinstance(answer[0], Fetched)


def test_a_public_host_is_left_alone_for_two_seconds_and_an_exception_is_not(press: Press) -> None:
    """press-rules, Fetch: two seconds apart; exceptions are free of the pause."""
    press.serves("/feed", "ok")
    list(many([errand(press.url("/feed"))], policy(press)))
    assert turns.wait_for("127.0.0.1") == 0
    before = timezone.now()
    list(many([errand("http://10.9.8.7/")], policy(press)))
    until = Turn.objects.get(host="10.9.8.7").until
    assert before + timedelta(seconds=2) <= until <= timezone.now() + timedelta(seconds=2)


def test_a_turn_whose_holder_died_is_over_in_half_a_minute() -> None:
    assert turns.take("h.ma")
    assert 25 < turns.wait_for("h.ma") <= 30
    Turn.objects.update(until=Turn.objects.get().until - turns.HOLD)
    assert turns.take("h.ma")


def test_a_turn_is_kept_and_given_back_by_its_holder_alone() -> None:
    held = turns.take("h.ma", timedelta())
    theirs = turns.take("h.ma")
    assert held
    assert theirs
    assert turns.keep("h.ma", held) is None
    turns.give_back("h.ma", held)
    assert turns.wait_for("h.ma") > 25
    kept = turns.keep("h.ma", theirs)
    assert kept
    turns.give_back("h.ma", kept)
    assert turns.wait_for("h.ma") <= 2


def test_old_turns_are_forgotten() -> None:
    turns.take("h.ma")
    Turn.objects.update(until=Turn.objects.get().until - timedelta(days=2))
    turns.take("g.ma")
    turns.forget_old()
    assert list(Turn.objects.values_list("host", flat=True)) == ["g.ma"]
