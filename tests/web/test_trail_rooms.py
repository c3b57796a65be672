"""The trail of the other rooms: sources, pace, segments, the back room; who may not rise there."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mailer.trail.models import Act
from mailer.web.roles import ADMINISTRATOR, EDITOR
from tests.people import source
from tests.web.staff import at_work, do, member, said

pytestmark = pytest.mark.django_db


def verbs() -> list[tuple[str, str]]:
    return list(Act.objects.order_by("pk").values_list("name", "verb"))


def test_sources_and_their_places_are_in_the_trail(salma: Client) -> None:
    do(salma, "sources/add/", url="https://lematin.example/rss", place="revue-de-presse/ccme")
    do(salma, f"sources/{source('matin').pk}/place/", place="revue-de-presse/ccme")
    do(salma, "sources/add/", url="gopher://old.example/", place="revue-de-presse/ccme")
    assert verbs() == [("salma", "source.added"), ("salma", "source.placed")]


def test_limits_and_settings_are_in_the_trail(karim: Client) -> None:
    do(karim, "limits/", scope="domain", name="gmail.com", per_second="20")
    do(karim, "limits/", scope="domain", name="gmail.com", per_second="fast")
    do(karim, "limits/remove/", scope="domain", name="gmail.com")
    assert verbs() == [("karim", "mailing.limit")] * 2
    page = said(karim.get("/desk/trail/"))
    assert "The pace for gmail.com was limited to 20 a second" in page


def test_what_is_changed_in_the_back_room_is_in_the_trail() -> None:
    nadia = at_work(ADMINISTRATOR, "nadia")
    form = {"reason": "complaint", "at_0": "2025-05-21", "at_1": "08:00"}
    nadia.post("/admin/subscribers/suppression/add/", {"email_key": "amina@example.org", **form})
    assert verbs() == [("nadia", "reader.back_room")]
    assert "was added" in Act.objects.get().told["id"]


def _saved(client: Client, who: User, **more: Any) -> None:
    form = {"username": who.username, "email": who.email, "is_active": "on", **more}
    client.post(f"/admin/auth/user/{who.pk}/change/", form)


def test_an_administrator_makes_no_superuser_and_takes_over_none() -> None:
    nadia = at_work(ADMINISTRATOR, "nadia")
    salma, root = member("salma", EDITOR), member("root", None)
    User.objects.filter(pk=root.pk).update(is_superuser=True)
    _saved(nadia, salma, is_superuser="on", first_name="Salma")
    salma.refresh_from_db()
    assert (salma.first_name, salma.is_superuser) == ("Salma", False)
    _saved(nadia, root, first_name="Taken")
    secrets = {"password1": "a new long secret", "password2": "a new long secret"}
    assert nadia.post(f"/admin/auth/user/{root.pk}/password/", secrets).status_code == 403
    root.refresh_from_db()
    assert root.first_name == ""
    assert not root.has_usable_password()
