"""Nadia sees what is set and where, and no secret."""

import os
import subprocess
import sys
from typing import Any

import pytest

from mailer.curation.models import Publication
from mailer.web.roles import ADMINISTRATOR
from tests.web.staff import at_work, said

pytestmark = pytest.mark.django_db


def test_what_is_set_is_told_with_where_and_no_password_is(settings: Any) -> None:
    settings.SMTP_URL = "smtp://nadia:a-secret@relay.example:2525?tls=none"
    settings.IMAP_URL = "imaps://bounces:another-secret@box.example/INBOX"
    settings.MAILER_GIVEN = {"SMTP_URL"}
    settings.MAILER_SECOND_PUBLISHER = 5000
    page = said(at_work(ADMINISTRATOR).get("/desk/settings/"))
    assert "relay.example:2525" in page
    assert "box.example" in page
    assert "secret" not in page
    assert "above 5000 recipients" in page
    assert page.count("in the environment<") == 1
    assert "a publisher approves" in page


def test_it_says_for_which_publications_clicks_are_counted_and_that_opens_never_are() -> None:
    nadia = at_work(ADMINISTRATOR)
    assert "for no publication." in said(nadia.get("/desk/settings/"))
    Publication.objects.update(count_clicks=True)
    page = said(nadia.get("/desk/settings/"))
    assert "for no publication." not in page
    assert 'href="/desk/publications/revue-de-presse/#clicks-title"' in page
    assert "Opens are not counted" in page


def test_the_environment_is_told_from_what_is_so_by_itself() -> None:
    # A process of its own: settings are read once.
    told = "from mailer import settings; print(*sorted(settings.MAILER_GIVEN))"
    given = {"MAILER_FROM": "Revue <revue@example.org>", "MAILER_BOUNCE_DOMAIN": " "}
    kept = {name: os.environ[name] for name in ("PATH", "MAILER_DATA", "MAILER_SECRET_KEY")}
    ran = subprocess.run(
        [sys.executable, "-c", told], env=kept | given, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["MAILER_DATA", "MAILER_FROM", "MAILER_SECRET_KEY"]
