"""The catcher's inbox."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from mailer.web.roles import EDITOR, PUBLISHER
from tests.web.staff import at_work

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
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
    settings.SMTP_URL = "smtp://127.0.0.1:2525 smtp://catcher:2525?tls=none"
    assert client.get("/catcher/").status_code == 200
    settings.SMTP_URL = "smtp://catcher:2525 smtp://relay.example:25"
    assert client.get("/catcher/").status_code == 404


def test_a_stranger_does_not_read_the_inbox_of_an_installation_that_others_reach(
    client: Client, caught: Path, settings: Any
) -> None:
    settings.MAILER_URL = "https://revue.example"
    settings.ALLOWED_HOSTS = ["revue.example", "127.0.0.1"]
    by_proxy = {"host": "127.0.0.1:8000", "x-forwarded-for": "203.0.113.9"}
    for headers in ({"host": "revue.example"}, by_proxy):
        for path in ("", "1/", "1/body/", "1.eml"):
            answer = client.get(f"/catcher/{path}", headers=headers)
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/desk/login/")
    away = client.get("/catcher/", headers={"host": "127.0.0.1:8000"}, REMOTE_ADDR="203.0.113.9")
    assert away.status_code == 302
    assert client.get("/catcher/1.eml", headers={"host": "127.0.0.1:8000"}).content == MAIL


def test_there_it_is_for_those_who_may_see_readers(caught: Path, settings: Any) -> None:
    settings.MAILER_URL = "https://revue.example"
    assert at_work(EDITOR).get("/catcher/1.eml").status_code == 403
    karim = at_work(PUBLISHER)
    assert karim.get("/catcher/1.eml").content == MAIL
    assert karim.get("/catcher/2.eml").status_code == 404
    assert "sandbox" in karim.get("/catcher/1/body/").headers["Content-Security-Policy"]


def test_the_catcher_that_compose_starts_has_its_inbox(
    client: Client, caught: Path, settings: Any
) -> None:
    told = re.search(
        r"SMTP_URL:-([^}]+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    )
    assert told
    settings.SMTP_URL = told[1]
    assert client.get("/catcher/1.eml").content == MAIL


def test_a_number_too_long_for_a_file_is_no_mail(client: Client, caught: Path) -> None:
    assert client.get(f"/catcher/{'9' * 300}.eml").status_code == 404
