"""The log tells what went wrong, and gives nobody's link away."""

import logging
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client

from mailer.subscribers import links
from mailer.web.discreet import Discreet
from tests.people import reader

pytestmark = pytest.mark.django_db


def _lines(caplog: pytest.LogCaptureFixture) -> str:
    """What the handler of the settings would write of what was logged."""
    discreet = Discreet()
    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["discreet"]
    return "\n".join(record.getMessage() for record in caplog.records if discreet.filter(record))


def test_a_click_that_could_not_be_recorded_leaves_no_link_in_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = links.unsubscribe_url(reader("amina@example.org").pk).rpartition("/")[2]
    client = Client(raise_request_exception=False)

    def lost(*_: Any, **__: Any) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr("mailer.subscribers.optout.consents.record", lost)
    with caplog.at_level(logging.WARNING):
        assert client.post(f"/unsubscribe/{token}").status_code == 500

    assert "/unsubscribe/…" in _lines(caplog)
    assert token not in _lines(caplog)


@pytest.mark.parametrize("page", ["confirm", "not-me", "preferences", "unsubscribe"])
def test_a_refused_link_is_not_in_the_log_either(
    client: Client, caplog: pytest.LogCaptureFixture, page: str
) -> None:
    with caplog.at_level(logging.WARNING):
        assert client.get(f"/{page}/{'A' * 52}/").status_code == 400

    assert "AAAA" not in _lines(caplog)
    assert f"/{page}/…/" in _lines(caplog)


def test_other_lines_stay_as_they_are() -> None:
    record = logging.LogRecord("a", 30, "b", 1, "%s is troubled: %d", ("/desk/", 3), None)

    assert Discreet().filter(record)
    assert record.getMessage() == "/desk/ is troubled: 3"
    assert record.args
