import json
import signal
import subprocess
import sys
from typing import Any

from mailer.articles import child
from tests.fakes.feeds import item, rss


def request(body: bytes, what: str = "feed") -> bytes:
    header = json.dumps(
        {
            "what": what,
            "content_type": "",
            "url": "https://h.ma/",
            "hint": "",
            "enabled": ["fr"],
            "length": len(body),
        }
    ).encode()
    return len(header).to_bytes(4, "big") + header + body


def spoken(data: bytes) -> list[dict[str, Any]]:
    run = subprocess.run(
        [sys.executable, "-m", "mailer.articles.child"], input=data, capture_output=True, check=True
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_each_request_is_answered_in_turn_until_the_input_ends() -> None:
    feed = request(rss("Le Matin", item("Un titre")).encode())
    page = request(b"<html><title>Un titre</title>", "page")
    first, second, third, fourth = spoken(feed + request(b"<html>") + feed + page)
    assert "feed" in first
    assert (second["places"], second["api"]) == ([], "")
    assert fourth["page"]["title"] == "Un titre"
    assert first == third


def test_an_input_that_breaks_off_ends_the_child_quietly() -> None:
    assert spoken(b"") == []
    assert spoken(b"\x00\x00") == []


def test_a_crash_in_a_parser_is_an_answer() -> None:
    assert child._answer(b"", {"what": "feed", "unknown": 1}) == {"crashed": "TypeError"}


def test_a_child_that_nobody_asks_ends_by_itself() -> None:
    idle = "import mailer.articles.child as child; child.IDLE_SECONDS = 0.1; child.main()"
    with subprocess.Popen([sys.executable, "-c", idle], stdin=subprocess.PIPE) as process:
        assert process.wait(60) == 0


def test_a_child_that_thinks_for_ever_is_ended_by_the_system() -> None:
    endless = (
        "import mailer.articles.child as child; child.CPU_SECONDS = 1; child._grant_cpu()\n"
        "while True: pass"
    )
    run = subprocess.run([sys.executable, "-c", endless], check=False)
    assert run.returncode == -signal.SIGXCPU
