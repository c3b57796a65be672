"""The other rooms of the desk: sources, readers, the publication, the back room."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.forms import model_to_dict
from django.http import HttpResponse
from django.test import Client

from mailer.articles.models import Source
from mailer.curation.models import Placement
from mailer.mailings.models import DeliveryState
from mailer.subscribers.models import Suppression
from mailer.trail.models import Act
from mailer.web.roles import ADMINISTRATOR
from tests.people import WEDNESDAY, reader, review, source
from tests.web.staff import (
    at_work,
    do,
    drafted,
    mailed,
    said,
    visitor,
)

pytestmark = pytest.mark.django_db


def test_a_source_is_added_in_its_section(salma: Client) -> None:
    page = do(
        salma, "sources/add/", url="https://lematin.example/rss", place="revue-de-presse/ccme"
    )
    assert "lematin.example" in page
    assert Placement.objects.get().section.slug == "ccme"
    for refused in ("https://lematin.example/rss", "file:///etc/passwd", "gopher://old.example/"):
        assert 'class="notice error"' in do(
            salma, "sources/add/", url=refused, place="revue-de-presse/ccme"
        )
    assert Source.objects.count() == 1


def test_a_source_is_not_kept_when_its_section_is_refused(salma: Client) -> None:
    do(salma, "sources/add/", url="https://lematin.example/rss", place="revue-de-presse/nowhere")
    assert not Source.objects.exists()


def test_a_source_moves_and_is_fetched_on_demand(salma: Client) -> None:
    made = source("courrier")
    do(salma, f"sources/{made.pk}/place/", place="revue-de-presse/ccme")
    assert Placement.objects.get().section.slug == "ccme"
    do(salma, f"sources/{made.pk}/fetch/")
    made.refresh_from_db()
    assert made.next_fetch_at > WEDNESDAY


def test_karim_looks_up_a_reader_by_the_beginning_of_the_address(karim: Client) -> None:
    reader("Youssef@example.org")
    reader("amina@example.org", "ar")
    page = said(karim.get("/desk/subscribers/?q=YOUSSEF"))
    assert "Youssef@example.org" in page
    assert "amina@example.org" not in page
    assert '<span class="big">2</span>' in page
    assert "No address begins" in said(karim.get("/desk/subscribers/?q=%00%25&before=x"))


def _settings(**changes: Any) -> dict[str, Any]:
    names = {"name-fr": "Revue de presse", "name-ar": "النشرة الإخبارية"}
    form = {"language": ["fr", "ar"], "weekday": ["1", "4"], "hour": "07:30", "mode": "approval"}
    return {**names, **form, "zone": "Africa/Casablanca", "clock_on": "1", **changes}


def test_karim_settles_the_publication_and_its_drafts_follow(karim: Client) -> None:
    issue = drafted()
    page = do(
        karim,
        "publications/revue-de-presse/",
        **_settings(
            **{"name-fr": "La revue", "sender": "revue@example.org", "section-new-fr": "Culture"}
        ),
    )
    assert "Saved" in page
    publication = review()
    assert (publication.weekdays, f"{publication.hour:%H:%M}") == ([1, 4], "07:30")
    assert publication.sections.last().slug == "culture"
    edition = issue.editions.get(language="fr")
    assert edition.headers["From"] == ["La revue", "revue@example.org"]


def test_counting_clicks_is_off_until_a_publisher_says_so_and_the_trail_says_who(
    karim: Client,
) -> None:
    issue = drafted()
    page = said(karim.get("/desk/publications/revue-de-presse/"))
    (switch,) = re.findall(r'<input[^>]*name="count_clicks"[^>]*>', page)
    assert "checked" not in switch
    assert "Law 09-08" in page
    assert "GDPR" in page
    do(karim, "publications/revue-de-presse/", **_settings(count_clicks="1"))
    assert "/go/" in issue.editions.get(language="fr").html
    assert "counting of clicks was switched on" in said(karim.get("/desk/trail/"))
    do(karim, "publications/revue-de-presse/", **_settings())
    assert "/go/" not in issue.editions.get(language="fr").html
    assert Act.objects.filter(verb="publication.clicks", name="karim").count() == 2


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("zone", "Mars/Olympus", "no time zone"),
        ("zone", "../../etc/passwd", "no time zone"),
        ("hour", "25:00", "not a time of day"),
        ("sender", "a@b@c", "not an e-mail address"),
        ("language", [], "at least one language"),
    ],
)
def test_bad_settings_are_refused_and_nothing_is_half_done(
    karim: Client, field: str, typed: Any, told: str
) -> None:
    page = do(
        karim, "publications/revue-de-presse/", **_settings(**{"name-fr": "Autre", field: typed})
    )
    assert told in page
    assert review().names["fr"] == "Revue de presse"


def test_the_back_room_opens_to_administrators_alone(karim: Client) -> None:
    assert visitor().get("/admin/", follow=True).request["PATH_INFO"] == "/desk/login/"
    assert karim.get("/admin/", follow=True).status_code == 403
    nadia = at_work(ADMINISTRATOR, "nadia")
    assert nadia.get("/admin/").status_code == 200


def test_proof_is_read_only_in_the_back_room(karim: Client) -> None:
    mailing = mailed(karim)
    delivery = mailing.deliveries.order_by("pk")[0]
    nadia = at_work(ADMINISTRATOR, "nadia")
    User.objects.filter(username="nadia").update(is_superuser=True)
    page = f"/admin/mailings/delivery/{delivery.pk}"
    assert nadia.get(f"{page}/change/").status_code == 200
    answers: list[HttpResponse] = [
        nadia.post(f"{page}/change/", {"state": 3}),
        nadia.post(f"{page}/delete/", {"post": "yes"}),
        nadia.get("/admin/mailings/delivery/add/"),
        nadia.get("/admin/subscribers/consent/add/"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.QUEUED


def test_a_suppression_typed_in_the_back_room_stops_the_person(karim: Client) -> None:
    nadia = at_work(ADMINISTRATOR, "nadia")
    form = {"reason": "complaint", "at_0": "2025-05-21", "at_1": "08:00"}

    nadia.post("/admin/subscribers/suppression/add/", {"email_key": " Amina@Example.ORG", **form})
    refused = nadia.post("/admin/subscribers/suppression/add/", {"email_key": "amina", **form})

    assert list(Suppression.objects.values_list("email_key", flat=True)) == ["amina@example.org"]
    assert "is not an e-mail address" in refused.content.decode()


def test_the_back_room_opens_no_file_of_the_machine() -> None:
    nadia = at_work(ADMINISTRATOR, "nadia")
    courrier = source("courrier")
    page = f"/admin/articles/source/{courrier.pk}/change/"
    form = {"url": "file:///etc/passwd", "allow_local": "on", "title": "Courrier", "weight": "3"}
    fields = {"rights": "quote", "state": "active", "interval_minutes": "60", "language": "fr"}

    stored = {name: value for name, value in model_to_dict(courrier).items() if value is not None}
    moments = {"next_fetch_at_0": "2025-05-21", "next_fetch_at_1": "08:00"}
    nadia.post(page, {**stored, **moments, **fields, **form, "error": "null"})
    nadia.post("/admin/articles/source/add/", {**stored, **moments, **fields, **form})

    (kept,) = Source.objects.all()
    assert (kept.url, kept.allow_local) == ("https://courrier.example/feed", False)
    assert kept.weight == 3
