"""Which domains take no mail, by a name server that may fail."""

from collections.abc import Iterator
from typing import Any

import pytest

from mailer.subscribers import domains
from tests.fakes.dns import FakeDns

pytestmark = pytest.mark.once


@pytest.fixture
def server(settings: Any) -> Iterator[FakeDns]:
    domains.forget()
    with FakeDns() as fake:
        settings.MAILER_DNS = fake.address
        yield fake
    domains.forget()


def test_only_a_clear_no_is_a_no(server: FakeDns) -> None:
    asked = {"takes.test", "null.test", "web.test", "six.test", "empty.test", "broken.test"}
    assert domains.dead([*asked, "gone.test"]) == {"null.test", "empty.test", "gone.test"}


def test_an_answer_is_remembered(server: FakeDns) -> None:
    for _ in range(3):
        assert domains.dead(["gone.test"]) == {"gone.test"}
    assert server.asked == [("gone.test", "MX")]


def test_a_server_that_says_nothing_kills_no_domain_and_is_left_alone_for_a_while(
    server: FakeDns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domains, "_PATIENCE", 0.2)
    server.silent = True
    assert domains.dead(["gone.test"]) == frozenset()
    server.silent = False
    assert domains.dead(["gone.test"]) == frozenset()
    assert server.asked == []
    domains.forget()
    assert domains.dead(["gone.test"]) == {"gone.test"}


def test_a_server_that_knows_its_own_house_alone_is_not_believed(server: FakeDns) -> None:
    server.knows_the_world = False
    assert domains.dead(["gone.test", "empty.test"]) == frozenset()
    assert server.asked == []


def test_where_no_mail_leaves_nobody_is_asked(server: FakeDns, settings: Any) -> None:
    settings.MAILER_DNS = "none"
    assert domains.dead(["gone.test"]) == frozenset()
    assert server.asked == []
