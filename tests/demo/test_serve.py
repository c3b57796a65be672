"""The server of the sample newspapers."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Thread

import pytest

from mailer.demo.outlets import outlets
from mailer.demo.serve import server
from mailer.embedded.place import free_port

SINCE = datetime(2025, 5, 12, 8, tzinfo=UTC)


@pytest.fixture
def url() -> Iterator[str]:
    port = free_port()
    running = server(port, SINCE)
    thread = Thread(target=running.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{port}"
    running.shutdown()
    running.server_close()
    thread.join()


def _get(url: str, **headers: str) -> tuple[int, str, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.headers.get("ETag", ""), answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.headers.get("ETag", ""), answer.read()


def test_who_has_a_feed_already_gets_no_second_copy(url: str) -> None:
    feed = url + outlets()[0].path

    status, etag, body = _get(feed)
    again = _get(feed, **{"If-None-Match": etag})

    assert status == 200
    assert body
    assert again == (304, etag, b"")


def test_every_article_of_a_feed_can_be_opened(url: str) -> None:
    for outlet in outlets():
        for piece in outlet.pieces:
            status, _, body = _get(f"{url}/{outlet.slug}/{piece.slug}")
            assert status == 200
            assert piece.title in body.decode()


def test_what_is_not_there_is_not_found(url: str) -> None:
    assert _get(f"{url}/nowhere")[0] == 404
