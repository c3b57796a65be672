"""`mailer up --demo`: from sample newspapers to three inboxes, and out again by one click.

Every part is the real one: the commands, Redis, the workers, SMTP, the pages.
"""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailer.catcher.box import parts_of, read_mail
from mailer.demo.readers import READERS, mails_to
from mailer.embedded.place import free_port

pytestmark = pytest.mark.once


@dataclass
class Demo:
    """A demo that has told its story, twice; `mails` are the readers' after the first time."""

    data: Path
    port: int
    environment: dict[str, str]
    told: str
    told_again: str
    mails: list[int]

    def mailer(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command, beside the running demo."""
        return subprocess.run(
            [sys.executable, "-m", "mailer", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def issue_mail(self, email: str) -> dict[str, str]:
        """The headers of the reader's edition: the newest mail with a way out in its headers."""
        for mail in mails_to(self.data / "catcher", email):
            headers = dict(parts_of(read_mail(self.data / "catcher", mail.number)).headers)
            if "List-Unsubscribe" in headers:
                return headers
        raise AssertionError(f"no issue reached {email}")


def _start(data: Path, port: int) -> tuple[subprocess.Popen[str], dict[str, str]]:
    names = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "MAILER_URL")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    environment["MAILER_DATA"] = str(data)
    words = [sys.executable, "-m", "mailer", "up", "--demo", "--port", str(port)]
    process = subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return process, environment


def _story(process: subprocess.Popen[str]) -> str:
    """What it tells until the end of its story."""
    told = ""
    assert process.stdout
    for line in process.stdout:
        told += line
        if "It stays open until Ctrl-C." in line:
            return told
    raise AssertionError(f"the demo ended before its story did:\n{told}")


def _counts(data: Path) -> list[int]:
    return [len(mails_to(data / "catcher", reader.email)) for reader in READERS]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The second run of a demo, on what the first one left."""
    data, port = tmp_path_factory.mktemp("demo"), free_port()
    process, _ = _start(data, port)
    try:
        first = _story(process)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    mails = _counts(data)
    process, environment = _start(data, port)
    try:
        yield Demo(data, port, environment, first, _story(process), mails)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def test_the_story_ends_with_three_mails_and_what_to_open(demo: Demo) -> None:
    assert "3 of 3 mails accepted" in demo.told
    assert f"http://127.0.0.1:{demo.port}/desk/" in demo.told
    assert "Traceback" not in demo.told
    assert "ERROR" not in demo.told


def test_a_second_run_finds_everything_done_and_sends_nothing_twice(demo: Demo) -> None:
    assert "3 of 3 mails accepted" in demo.told_again
    assert "ERROR" not in demo.told_again
    assert _counts(demo.data) == demo.mails


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.language)
def test_each_reader_has_the_edition_of_their_language(demo: Demo, reader: object) -> None:
    headers = demo.issue_mail(reader.email)

    assert headers["Content-Language"] == reader.language
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert reader.email in headers["To"]


def test_the_ledger_says_that_all_three_have_it(demo: Demo) -> None:
    rows = json.loads(demo.mailer("ledger", "1", "--format", "json").stdout)

    assert sorted((row["address"], row["state"]) for row in rows) == sorted(
        (reader.email, "sent") for reader in READERS
    )


def test_a_second_send_is_refused_and_names_the_first(demo: Demo) -> None:
    refused = demo.mailer("send", "1")

    assert refused.returncode == 1
    assert "1" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_doctor_finds_nothing_missing(demo: Demo) -> None:
    found = json.loads(demo.mailer("doctor", "--json").stdout)

    states = {check["name"]: check["state"] for check in found["checks"]}
    assert found["ok"], found
    assert states["workers"] == states["redis"] == states["relay"] == "ok"


def test_one_click_and_the_reader_is_out(demo: Demo) -> None:
    link = re.search(r"<(https?://[^>]+)>", demo.issue_mail(READERS[0].email)["List-Unsubscribe"])
    assert link
    body = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode()

    with urllib.request.urlopen(link[1], data=body, timeout=20) as answer:
        assert answer.status == 200

    left = demo.mailer("export-subscribers", "--list", "revue-de-presse").stdout
    row = next(line for line in left.splitlines() if READERS[0].email in line)
    assert "unsubscribed" in row
