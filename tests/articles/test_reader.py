import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mailer.articles.reader import Reader, kept_reader
from mailer.errors import ParseError
from tests.fakes.feeds import item, rss

URL = "https://presse.example/feed"
FEED = rss("Le Matin", item("Un titre")).encode()


def titles(reader: Reader, body: bytes = FEED) -> list[str]:
    return [entry.title for entry in reader.read(body, content_type="", url=URL).entries]


def child(reader: Reader) -> "subprocess.Popen[bytes]":
    assert reader._child is not None
    return reader._child


def test_a_feed_is_read_by_a_child_that_is_kept(reader: Reader) -> None:
    assert titles(reader) == ["Un titre"]
    first = child(reader).pid
    assert titles(reader) == ["Un titre"]
    assert child(reader).pid == first


def test_a_refusal_in_the_child_is_the_same_sentence_here(reader: Reader) -> None:
    with pytest.raises(ParseError, match="names no feed"):
        reader.read(b"<html><body>", content_type="text/html", url=URL)
    assert titles(reader) == ["Un titre"]


def test_a_child_that_was_killed_between_two_feeds_is_replaced(reader: Reader) -> None:
    titles(reader)
    os.kill(child(reader).pid, signal.SIGKILL)
    assert titles(reader) == ["Un titre"]


def test_a_feed_that_takes_too_long_is_left_and_the_next_one_read() -> None:
    with Reader(seconds=0.01) as hasty:  # no Python starts in ten milliseconds
        with pytest.raises(ParseError, match="took longer"):
            titles(hasty)
        hasty._seconds = 20
        assert titles(hasty) == ["Un titre"]


def test_a_child_out_of_memory_costs_one_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    greedy = "import mailer.articles.child as c; c.MEMORY = 60_000_000; c.main()"
    start = subprocess.Popen

    def starved(command: list[str], **options: object) -> "subprocess.Popen[bytes]":
        return start([command[0], "-c", greedy], **options)  # type: ignore[call-overload,no-any-return] # Popen has many overloads

    monkeypatch.setattr("mailer.articles.reader.subprocess.Popen", starved)
    with Reader() as reader, pytest.raises(ParseError, match="broke the program"):
        titles(reader)


def test_the_child_sees_no_secret_of_ours(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILER_SECRET_KEY", "a-secret")
    with Reader() as fresh:
        titles(fresh)
        environment = Path(f"/proc/{child(fresh).pid}/environ").read_bytes()
    assert b"a-secret" not in environment


def test_the_parent_never_loads_the_parsers() -> None:
    script = (
        "import sys, django; django.setup(); import mailer.articles.refresh;"
        "print(sorted({'feedparser', 'py3langid', 'numpy', 'dateparser', 'nh3', 'lxml'}"
        " & set(sys.modules)))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "mailer.settings"}
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    assert run.stdout.strip() == "[]"


def test_a_process_has_one_reader() -> None:
    assert kept_reader() is kept_reader()
