"""`mailer doctor`: what is configured, what answers, and what to do about the rest."""

import json
from argparse import Namespace
from typing import Any

import pytest

from mailer.cli import doctor, leaving
from mailer.cli.finding import Finding
from mailer.embedded.place import free_port
from tests.fakes.imap import FakeImap
from tests.fakes.smtp import FakeSmtp

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_is_printed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The press starts a process of its own for two words, most of a doctor's time: it is tried by
    the lines that a person reads, and in test_printing.py."""
    if "capsys" not in request.fixturenames:
        others = tuple(check for check in doctor.CHECKS if check is not doctor.press)
        monkeypatch.setattr(doctor, "CHECKS", others)


def _states(settings: Any, **given: object) -> dict[str, dict[str, str]]:
    for name, value in given.items():
        setattr(settings, name, value)
    answer = doctor.run(Namespace(json=True))
    return {check["name"]: check for check in json.loads(json.dumps(answer))["checks"]}


def test_a_new_installation_lacks_nothing_and_is_told_what_to_fill_in(settings: Any) -> None:
    found = _states(settings, SMTP_URL="")

    assert found["database"]["state"] == "ok"
    assert found["relay"]["state"] == "ok"
    assert found["publication revue-de-presse"]["state"] == "warning"
    assert "postal address" in found["publication revue-de-presse"]["says"]


def test_a_relay_that_is_down_is_named_without_its_password(settings: Any) -> None:
    port = free_port()

    found = _states(settings, SMTP_URL=f"smtp://salma:s3cret@127.0.0.1:{port}")

    assert found["relay"]["state"] == "missing"
    assert str(port) in found["relay"]["says"]
    assert "s3cret" not in json.dumps(found)


def test_a_relay_abroad_asks_for_a_public_address_and_a_sender(settings: Any) -> None:
    # 192.0.2.0/24 is for documentation (RFC 5737); the guard of the tests lets nothing out.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaving, "_reached", lambda found: Finding("relay", "ok", found.name))
        found = _states(
            settings, SMTP_URL="smtp://192.0.2.7:25", MAILER_URL="http://127.0.0.1:8000"
        )

    assert found["public address"]["state"] == "missing"
    assert found["publication revue-de-presse"]["state"] == "missing"


def test_one_relay_of_two_that_is_down_is_a_warning(settings: Any) -> None:
    port = free_port()
    with FakeSmtp() as server:
        settings.SMTP_URL = f"smtp://127.0.0.1:{port} {server.url}"
        answer = doctor.run(Namespace(json=True))
        # Closed before it has accepted the doctor's line, it would leave that open.
        assert server.until(lambda server: server.connections == 1)

    checks = json.loads(json.dumps(answer))["checks"]
    relays = [check for check in checks if check["name"] == "relay"]
    assert [relay["state"] for relay in relays] == ["warning", "ok"]
    assert str(port) in relays[0]["says"]


@pytest.mark.parametrize(
    ("can", "told"),
    [("IMAP4rev1 MOVE IDLE", "tells at once what comes"), ("IMAP4rev1 MOVE", "has no IDLE")],
)
def test_a_bounce_box_that_answers_is_told_and_left_as_it_was(
    settings: Any, can: str, told: str
) -> None:
    with FakeImap([b"Subject: x\n\ny"], can=can) as box:
        found = _states(settings, IMAP_URL=box.url)["bounce box"]
        assert len(box.boxes["INBOX"]) == 1
        assert not {"FETCH", "MOVE", "STORE", "CREATE"} & {one.split(" ")[0] for one in box.said}

    assert found["state"] == "ok"
    assert "/INBOX answers, 1 mails wait" in found["says"]
    assert told in found["says"]


@pytest.mark.parametrize(
    ("verb", "answer", "told"),
    [
        ("LOGIN", b"TAG NO a secret is wrong\r\n", "LOGIN: … is wrong"),
        ("SELECT", b"TAG NO there is no such box\r\n", 'SELECT "INBOX": there is no such box'),
    ],
    ids=["login", "folder"],
)
def test_a_bounce_box_that_refuses_says_at_which_step(
    settings: Any, verb: str, answer: bytes, told: str
) -> None:
    with FakeImap([], quirk=lambda said: answer if said == verb else None) as box:
        found = _states(settings, IMAP_URL=box.url)["bounce box"]

    assert found["state"] == "missing"
    assert told in found["says"]
    assert found["next"]


def test_a_bounce_box_that_is_none_or_not_there_is_told(settings: Any) -> None:
    assert _states(settings, IMAP_URL="")["bounce box"]["state"] == "ok"
    assert "IMAP_URL is no box" in _states(settings, IMAP_URL="imap://x")["bounce box"]["says"]
    gone = f"imap://salma:s3cret@127.0.0.1:{free_port()}/INBOX"
    found = _states(settings, IMAP_URL=gone)["bounce box"]
    assert found["state"] == "missing"
    assert "s3cret" not in json.dumps(found)


def test_a_redis_that_is_down_is_named_without_its_password(settings: Any) -> None:
    url = f"redis://:s3cret@127.0.0.1:{free_port()}/0"

    found = _states(settings, REDIS_URL=url, GIVEN_REDIS_URL=url)

    assert found["redis"]["state"] == "missing"
    assert "s3cret" not in json.dumps(found)


def test_a_relay_that_cannot_be_read_says_what_is_wrong(settings: Any) -> None:
    found = _states(settings, SMTP_URL="http://relay.example.org")

    assert found["relay"]["state"] == "missing"
    assert "smtp://" in found["relay"]["says"]


def test_a_person_reads_lines_with_what_to_do_next(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SMTP_URL = ""

    doctor.run(Namespace(json=False))

    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("✓ database") for line in lines)
    assert any(line.startswith("    → ") for line in lines)
    assert any("pdf: " in line for line in lines)
