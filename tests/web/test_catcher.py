"""The catcher's inbox."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
MAIL = b"""From: revue@example.org\r
To: amina@example.org\r
Subject: =?utf-8?b?2YXYsdit2KjYpw==?=\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary="b"\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
\r
Confirmez : https://example.org/confirm/abc\r
--b\r
Content-Type: text/html; charset=utf-8\r
\r
<html><head></head><body><script>alert(1)</script><a href="https://example.org/confirm/abc">Oui</a></body></html>\r
--b--\r
"""


@pytest.fixture
def caught(settings: Any, data: Path) -> Path:
    """A folder with one mail, and no relay but the catcher."""
    settings.SMTP_URL = ""
    settings.SERVICES_FILE = data / "services.json"
    settings.CATCHER_FOLDER.mkdir()
    (settings.CATCHER_FOLDER / "1.eml").write_bytes(MAIL)
    envelope = {"sender": "revue@example.org", "recipients": ["amina@example.org"]}
    (settings.CATCHER_FOLDER / "1.json").write_text(
        json.dumps({**envelope, "at": "2025-05-21T06:30:00+00:00"})
    )
    return data


def test_the_inbox_lists_what_was_caught(client: Client, caught: Path) -> None:
    page = client.get("/catcher/").content.decode()
    assert "مرحبا" in page
    assert "amina@example.org" in page
    assert "/catcher/1/" not in client.get("/catcher/?to=youssef").content.decode()
    assert "/catcher/1/" in client.get("/catcher/?to=AMINA").content.decode()


def test_a_mail_is_shown_and_nothing_of_it_runs(client: Client, caught: Path) -> None:
    page = client.get("/catcher/1/").content.decode()
    assert "<script>alert" not in page
    assert "Confirmez" in page
    body = client.get("/catcher/1/body/")
    assert b'<base target="_blank">' in body.content
    policy = body.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy


def test_the_file_is_the_mail_byte_for_byte(client: Client, caught: Path) -> None:
    answer = client.get("/catcher/1.eml")
    assert answer.content == MAIL
    assert answer.headers["Content-Type"] == "message/rfc822"


def test_a_mail_that_is_not_there_is_said_so(client: Client, caught: Path) -> None:
    for path in ("2/", "2.eml", "2/body/"):
        assert client.get(f"/catcher/{path}").status_code == 404
    assert client.post("/catcher/").status_code == 405


def test_there_is_no_inbox_while_mail_goes_to_a_real_relay(
    client: Client, caught: Path, settings: Any
) -> None:
    settings.SMTP_URL = "smtp://relay.example:25"
    for path in ("", "1/", "1/body/", "1.eml"):
        assert client.get(f"/catcher/{path}").status_code == 404
    told = {"smtp": "smtp://relay.example:25", "catcher": ""}
    settings.SERVICES_FILE.write_text(json.dumps(told))
    assert client.get("/catcher/").status_code == 404
    settings.SMTP_URL = "smtp://127.0.0.1:2525"
    settings.SERVICES_FILE.write_text(json.dumps(dict.fromkeys(told, settings.SMTP_URL)))
    assert client.get("/catcher/").status_code == 200
