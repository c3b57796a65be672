"""From the real press to three thousand inboxes, by the commands a press office types.

Real feeds over HTTP, the real service with its workers, an SMTP server that logs what it accepts.
In mid-mailing the sending worker is killed; at the end the server's log and the ledger must say
the same of everybody.
"""

import email
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings

from mailer.embedded.place import free_port
from tests.fakes.feeds import Press
from tests.fakes.smtp import FakeSmtp
from tests.shared import needs_shared_data, shared

#: What the press of the shared data is called here: file → language it is in.
PAPERS = {
    "fr_steacep_wordpress.xml": "fr",
    "fr_lemonde_sciences.xml": "fr",
    "ar_psrecord_finance_wordpress.xml": "ar",
    "en_elastic_jsonfeed11.json": "en",
    "en_theverge_atom.xml": "en",
}
READERS = 3000


@dataclass
class Office:
    """A press office: its running service, and the commands beside it."""

    environment: dict[str, str]
    service: subprocess.Popen[str]
    folder: Path

    def types(self, *words: str, answer: int = 0, says: str = "") -> str:
        """A command; its standard output, once its exit code is the one expected."""
        done = subprocess.run(
            [sys.executable, "-m", "mailer", *words],
            env=self.environment,
            input=says,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == answer, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if answer == 0 else done.stderr

    def asks(self, *words: str) -> Any:
        """A command with --json; what it answered."""
        return json.loads(self.types(*words, "--json"))

    def ledger(self, issue: int) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(
            self.types("ledger", str(issue), "--format", "json")
        )
        return rows

    def sending_worker(self) -> int:
        """The process that is the mailings' worker, a child of the service."""
        return next(
            pid
            for pid, parent, words in _processes()
            if parent == self.service.pid and "mailings@" in words
        )


def _processes() -> Iterator[tuple[int, int, str]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(") ", 1)[1].split()[1])
                words = (entry / "cmdline").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            yield int(entry.name), parent, words


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    """The database of this run's parts, one of its own: PostgreSQL, or SQLite in the folder."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield {"DATABASE_URL": ""}
        return
    # The name begins as the test databases do: whoever drops those drops this one.
    name = f"test_{urlsplit(given).path[1:]}_journey_{os.getpid()}"
    server = urlsplit(given)._replace(path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as line:
        line.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield {"DATABASE_URL": urlsplit(given)._replace(path=f"/{name}").geturl()}
    finally:
        with psycopg.connect(server, autocommit=True) as line:
            line.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextmanager
def _office(folder: Path, relay: FakeSmtp, press: Press) -> Iterator[Office]:
    port = free_port()
    with _database() as database:
        environment = {name: value for name, value in os.environ.items() if name != "MAILER_URL"}
        environment |= database | {
            "REDIS_URL": "",
            "MAILER_DATA": str(folder / "var"),
            "SMTP_URL": f"{relay.url}?tls=none&connections=4",
            "MAILER_ALLOW_PRIVATE": f"127.0.0.1:{press.port}",
            "MAILER_FROM": "revue@ccme.example",
        }
        service = subprocess.Popen(
            [sys.executable, "-m", "mailer", "up", "--port", str(port)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _until(lambda: _answers(f"http://127.0.0.1:{port}/readyz"))
            yield Office(environment, service, folder)
        finally:
            service.send_signal(signal.SIGINT)
            service.communicate(timeout=30)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def _until(holds: Callable[[], object], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as running:
        for name in PAPERS:
            body = shared(f"feeds/normal/{name}").read_bytes()
            kind = "application/json" if name.endswith("json") else "application/xml"
            running.serves(f"/{name}", body, content_type=kind, etag=f'"{name}"')
        yield running


@needs_shared_data
@pytest.mark.timeout(240)
def test_from_the_real_press_to_every_inbox_through_a_killed_worker(
    press: Press, tmp_path: Path
) -> None:
    with FakeSmtp(delay=0.004) as relay, _office(tmp_path, relay, press) as office:
        _sources_are_added_and_fetched_once(office, press)
        issue = _an_issue_is_compiled_and_signed(office)
        _three_thousand_people_are_imported(office)
        _it_is_sent_through_the_death_of_a_worker(office, issue, relay)
        _the_servers_log_and_the_ledger_agree(office, issue, relay)
        _a_second_send_is_refused(office, issue)
        _one_click_and_the_reader_is_out(office, relay)


def _sources_are_added_and_fetched_once(office: Office, press: Press) -> None:
    ids = [
        str(office.asks("add-source", press.url(f"/{name}"), "--language", language)["source"])
        for name, language in PAPERS.items()
    ]
    # The clock may have been first: then this visit finds everything known.
    first = office.asks("fetch", *ids)
    assert [report["error"] for report in first] == [None] * len(PAPERS)
    _until(lambda: all(press.visits(f"/{name}") for name in PAPERS))
    again = office.asks("fetch", *ids)
    assert [(report["new"], report["error"]) for report in again] == [(0, None)] * len(PAPERS)
    conditional = [press.visits(f"/{name}")[-1].headers.get("If-None-Match") for name in PAPERS]
    assert conditional == [f'"{name}"' for name in PAPERS]


def _an_issue_is_compiled_and_signed(office: Office) -> int:
    drafted = office.asks("compile", "revue-de-presse")
    languages = {edition["language"]: edition["articles"] for edition in drafted["editions"]}
    assert languages.keys() == {"fr", "ar", "en"}
    assert min(languages.values()) > 0
    issue: int = drafted["issue"]
    assert "nothing to put" in office.types("compile", "revue-de-presse", answer=1)
    out = office.folder / "seen"
    office.types("render", str(issue), "--out", str(out))
    arabic = email.message_from_bytes((out / "ar.eml").read_bytes(), policy=default)
    assert isinstance(arabic, EmailMessage)
    assert arabic["Content-Language"] == "ar"
    assert "is not approved" in office.types("send", str(issue), answer=1)
    office.types("create-user", "karim", "--role", "publisher", says="a long enough secret\n")
    office.types("approve", str(issue), "--by", "karim")
    return issue


def _three_thousand_people_are_imported(office: Office) -> None:
    file = office.folder / "readers.csv"
    lines = [
        f"reader{number}@example.org,Reader {number},{('fr', 'ar', 'en')[number % 3]}"
        for number in range(READERS)
    ]
    file.write_text("\n".join(["email,name,language", *lines]), encoding="utf-8")
    report = office.asks(
        "import-subscribers", str(file), "--list", "revue-de-presse",
        "--confirmed", "--consent", "Signed the form",
    )  # fmt: skip
    assert (report["accepted"], report["known"], report["refused"]) == (READERS, 0, [])


def _it_is_sent_through_the_death_of_a_worker(office: Office, issue: int, relay: FakeSmtp) -> None:
    office.types("send", str(issue))
    assert relay.until(lambda server: len(server.accepted) >= 200, 60)
    assert len(relay.accepted) < READERS
    os.kill(office.sending_worker(), signal.SIGKILL)
    open_states = {"queued", "leased", "sending", "deferred"}

    def settled() -> bool:
        return not open_states & {row["state"] for row in office.ledger(issue)}

    _until(settled, 120)


def _the_servers_log_and_the_ledger_agree(office: Office, issue: int, relay: FakeSmtp) -> None:
    rows = office.ledger(issue)
    assert len(rows) == READERS
    states = {row["address"]: row["state"] for row in rows}
    copies = Counter(relay.recipients())
    in_doubt = {address for address, state in states.items() if state == "uncertain"}
    # One per connection of the killed processes at the most, for their marks survive them.
    assert len(in_doubt) <= 4 * settings.MAILER_SENDERS
    assert {copies[address] for address, state in states.items() if state == "sent"} == {1}
    assert states.keys() - copies.keys() <= in_doubt
    assert Counter(states.values()) == {"sent": READERS - len(in_doubt)} | (
        {"uncertain": len(in_doubt)} if in_doubt else {}
    )


def _a_second_send_is_refused(office: Office, issue: int) -> None:
    assert "mailed already" in office.types("send", str(issue), answer=1)


def _one_click_and_the_reader_is_out(office: Office, relay: FakeSmtp) -> None:
    mail = email.message_from_bytes(relay.accepted[0].body, policy=default)
    link = mail["List-Unsubscribe"].split(">")[0].lstrip("<")
    with urllib.request.urlopen(link, timeout=20) as page:
        assert page.status == 200
    assert "reader" in office.types("export-subscribers", "--list", "revue-de-presse")
    body = b"List-Unsubscribe=One-Click"
    with urllib.request.urlopen(link, data=body, timeout=20) as answer:
        assert answer.status == 200
    listed = office.types("export-subscribers", "--list", "revue-de-presse")
    row = next(line for line in listed.splitlines() if relay.accepted[0].recipient in line)
    assert "unsubscribed" in row
