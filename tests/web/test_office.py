"""The office's own login, with an issuer of OpenID Connect on this machine."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mailer.web.roles import EDITOR
from tests.web.staff import member, visitor

pytestmark = pytest.mark.django_db


class Issuer(BaseHTTPRequestHandler):
    """Says of whoever comes what `server.person` holds."""

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]  # its own
        if self.path.endswith("openid-configuration"):
            ends = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")
            self._say({"issuer": base, **{end: f"{base}/{end}" for end in ends}})
        else:
            self._say(self.server.person)  # type: ignore[attr-defined]  # set by the test

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say({"access_token": "a-token", "token_type": "bearer"})

    def _say(self, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing is said to the terminal."""


@pytest.fixture
def issuer(settings: Any) -> Iterator[Any]:
    server = HTTPServer(("127.0.0.1", 0), Issuer)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    app = {"provider_id": "office", "name": "Office", "client_id": "mailer", "secret": "s"}
    settings.MAILER_OIDC_URL = url
    settings.MAILER_OIDC_NAME = "the office"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [{**app, "settings": {"server_url": url}}],
        }
    }
    yield server
    server.shutdown()
    server.server_close()


def come_in(client: Client) -> Any:
    """Press the button, log in there, and come back."""
    away = client.post("/desk/login/office/", {"next": "/desk/issues/"})
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    back = {"code": "a-code", "state": asked["state"][0]}
    return client.get("/desk/login/office/back/", back)


SALMA = {"sub": "17", "email": "Salma@example.org", "email_verified": True}


def test_salma_comes_in_by_her_office_with_no_other_password(issuer: Any) -> None:
    member("salma", EDITOR)
    issuer.person = SALMA
    client = visitor()
    assert "Log in with the office" in client.get("/desk/login/").content.decode()
    answer = come_in(client)
    assert answer.headers["Location"] == "/desk/issues/"
    assert client.get("/desk/").status_code == 200
    issuer.person = {**SALMA, "email": "another@example.org"}
    assert come_in(visitor()).headers["Location"] == "/desk/issues/", "known by the office's name"


@pytest.mark.parametrize(
    "person",
    [
        {**SALMA, "email": "stranger@example.org"},
        {**SALMA, "email_verified": False},
        {"sub": "17"},
        {**SALMA, "email": "two@example.org"},
    ],
    ids=["stranger", "unproven", "no address", "two of one address"],
)
def test_whom_the_desk_does_not_know_is_not_let_in_and_gets_no_account(
    issuer: Any, person: dict[str, Any]
) -> None:
    member("salma", EDITOR)
    for name in ("one", "other"):
        User.objects.create_user(name, "two@example.org")
    issuer.person = person
    client = visitor()
    answer = come_in(client)
    assert answer.status_code == 403
    assert "Ask an administrator" in answer.content.decode()
    assert client.get("/desk/").status_code == 302
    assert User.objects.count() == 3


def test_a_closed_account_stays_closed_to_the_office_too(issuer: Any) -> None:
    salma = member("salma", EDITOR)
    issuer.person = SALMA
    come_in(visitor())
    User.objects.filter(pk=salma.pk).update(is_active=False)
    client = visitor()
    come_in(client)
    assert client.get("/desk/").status_code == 302


def test_a_way_back_that_nobody_asked_for_leads_nowhere(issuer: Any) -> None:
    member("salma", EDITOR)
    issuer.person = SALMA
    client = visitor()
    answer = client.get("/desk/login/office/back/", {"code": "a-code", "state": "made-up"})
    assert answer.status_code == 403
    assert client.get("/desk/").status_code == 302


def test_the_button_is_no_link_and_is_not_there_without_an_issuer() -> None:
    assert visitor().get("/desk/login/office/").status_code == 405
    assert visitor().post("/desk/login/office/").status_code == 404
    assert "Log in with the office" not in visitor().get("/desk/login/").content.decode()
