"""Every form of the desk, sent as nobody should: refused in a sentence, nothing half-done."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mailer.curation.models import Issue, Item, Move, Publication, Rule, Section
from mailer.editions.freeze import issue_checksum
from mailer.mailings.models import Delivery, Mailing
from mailer.trail.models import Act
from mailer.web.models import Invitation
from mailer.web.roles import ADMINISTRATOR
from tests.people import reader, review
from tests.web.staff import approved, at_work, do, drafted, said, visitor
from tests.web.test_matrix import PAGES, _each, _writes

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
#: Every name that a field of the desk's forms has, so that each form meets each oddity.
FIELDS = (
    *("act", "again", "area", "at", "checksum", "clock_on", "date", "email", "fallback", "first"),
    *("four_eyes", "gone", "grace", "headline", "hidden", "hour", "id", "kind", "lang", "last"),
    *("language", "lead", "least", "mode", "monthdays", "name", "name-fr", "note", "per_second"),
    *("place", "postal_address", "publication", "reason", "reply_to", "role", "scope", "section"),
    *("section-new-fr", "seen", "sender", "sure", "text", "to", "url", "weekday", "why", "words"),
    *("word", "zone"),
)
ODDITIES = [
    "",
    "\0",
    "9" * 400,
    "\ud83d",
    "<script>alert(1)</script>",
    "x" * 5000,
    "2026-02-30",
]


@pytest.mark.parametrize("value", ODDITIES, ids=range(len(ODDITIES)))
def test_whatever_stands_in_its_fields_a_form_answers_in_a_sentence(value: str) -> None:
    client = at_work(ADMINISTRATOR)
    # As a browser's bytes: the test client would send each byte of a value as a field of its own.
    form = urlencode(dict.fromkeys(FIELDS, value.encode("utf-8", "surrogatepass")))
    for route, address in _each("POST"):
        answer = client.post(address, form, content_type=FORM)
        assert answer.status_code < 500, (route, value)
        if answer.status_code in (302, 303):
            page = client.get(address if "GET" in PAGES[route] else "/desk/")
            assert b"<script>alert" not in page.content, route


def test_ten_megabytes_are_refused_in_a_sentence_and_change_nothing() -> None:
    # As the server does, which looks for the token first: a form is read whatever its page asks.
    client = at_work(ADMINISTRATOR)
    client.handler.enforce_csrf_checks = True
    client.get("/desk/")
    body = b"text=" + b"x" * (10 * 1024 * 1024)
    for route, address in _each("POST"):
        with CaptureQueriesContext(connection) as told:
            answer = client.generic("POST", address, body, content_type=FORM)
        assert answer.status_code == 400, route
        assert "too large for any form" in answer.content.decode(), route
        assert _writes(told) == [], route


def test_ten_thousand_fields_are_refused_too() -> None:
    client = at_work(ADMINISTRATOR)
    body = "&".join(f"f{number}=1" for number in range(10_000))
    answer = client.generic("POST", "/desk/people/invite/", body.encode(), content_type=FORM)
    assert answer.status_code == 400
    assert "too large for any form" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "nothing was done"),
        ("fr", "rien n’a été fait"),
        ("ar", "لم يُفعل شيء"),
    ],
)
def test_a_form_from_another_site_is_refused_in_a_sentence(language: str, sentence: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": language})
    client.force_login(_administrator())
    for _, address in _each("POST"):
        answer = client.post(address, {"sure": "1"}, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403
        assert sentence in answer.content.decode()


def _administrator() -> Any:
    from django.contrib.auth.models import User

    at_work(ADMINISTRATOR, "nadia")
    return User.objects.get(username="nadia")


def test_pages_of_the_desk_are_kept_by_no_browser() -> None:
    client = at_work(ADMINISTRATOR)
    for route, address in _each("GET"):
        answer = client.get(address)
        assert "no-store" in answer.headers["Cache-Control"], route


def test_a_form_that_comes_back_after_log_out_does_nothing_and_leads_to_its_page() -> None:
    issue = drafted()
    client = at_work(ADMINISTRATOR)
    page = f"/desk/issues/{issue.pk}/"
    said(client.get(page))
    client.post("/desk/logout/")
    with CaptureQueriesContext(connection) as told:
        answer = client.post(
            f"{page}discard/", {"sure": "1"}, headers={"referer": f"http://testserver{page}"}
        )
    assert answer.headers["Location"] == f"/desk/login/?next={page}"
    assert _writes(told) == []


def test_each_grave_form_sent_twice_is_done_once(karim: Client) -> None:
    reader("youssef@example.org")
    nadia = at_work(ADMINISTRATOR, "nadia")
    issue = drafted()
    checksum = issue_checksum(issue.pk)
    for _ in range(2):
        do(karim, f"issues/{issue.pk}/approve/", checksum=checksum)
        do(nadia, "people/invite/", email="salma@example.org", role="editor")
    for _ in range(2):
        do(karim, f"issues/{issue.pk}/send/", checksum=checksum)
    assert issue.approvals.count() == 1
    assert (Mailing.objects.count(), Delivery.objects.count()) == (1, 1)
    assert Act.objects.filter(verb="issue.approved").count() == 1
    assert Act.objects.filter(verb="mailing.started").count() == 1
    assert Invitation.objects.filter(withdrawn_at=None).count() == 1
    for _ in range(2):
        do(karim, f"mailings/{Mailing.objects.get().pk}/cancel/", sure="1")
    assert Act.objects.filter(verb="mailing.cancelled").count() == 1


def test_words_sent_twice_stand_once(salma: Client) -> None:
    issue = drafted()
    items, section = issue.items.count(), issue.publication.sections.first()
    assert section is not None
    words = {"lang": "fr", "section": section.pk, "headline": "Un mot de la rédaction"}
    assert 'class="notice error"' not in do(salma, f"issues/{issue.pk}/add/", **words)
    assert "stands in this section already" in do(salma, f"issues/{issue.pk}/add/", **words)
    assert issue.items.count() == items + 1
    for text in ("Relis le chapô.", "Relis le chapô.", "Merci.", "Relis le chapô."):
        do(salma, f"issues/{issue.pk}/comment/", text=text)
    said = [one.text for one in issue.comments.order_by("pk")]
    assert said == ["Relis le chapô.", "Merci.", "Relis le chapô."]


def _other_publication() -> Publication:
    other = review()
    other.pk, other.slug = None, "newsletter"
    other.save()
    return other


def test_a_section_of_another_publication_takes_no_entry(salma: Client) -> None:
    issue = drafted()
    item = issue.items.filter(language="fr")[0]
    foreign = Section.objects.create(
        publication=_other_publication(), slug="ailleurs", names={"fr": "Ailleurs"}, position=1
    )
    page = do(salma, f"items/{item.pk}/move/", section=foreign.pk)
    assert "not in the publication any more" in page
    assert Item.objects.get(pk=item.pk).section_id == item.section_id


def test_the_checksum_of_another_number_approves_nothing(karim: Client) -> None:
    mine = drafted()
    other = Issue.objects.create(
        publication=_other_publication(),
        number=1,
        date=mine.date,
        created_at=mine.created_at,
        changed_at=mine.changed_at,
    )
    do(karim, f"issues/{other.pk}/approve/", checksum=issue_checksum(mine.pk))
    do(karim, f"issues/{mine.pk}/approve/", checksum=issue_checksum(other.pk))
    assert set(Issue.objects.values_list("state", flat=True)) == {"draft"}


MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def test_markup_of_one_person_runs_in_no_browser_of_another(karim: Client, salma: Client) -> None:
    issue = approved()
    item = issue.items.filter(language="fr")[0]
    do(salma, f"items/{item.pk}/edit/", headline=MARKUP, lead=MARKUP, note=MARKUP)
    do(salma, f"issues/{issue.pk}/words/", lang="fr", words=MARKUP)
    do(salma, f"issues/{issue.pk}/comment/", text=MARKUP)
    calendar = "publications/revue-de-presse/calendar"
    do(karim, f"{calendar}/hours/", first="2030-01-01", last="2030-01-02", hour="10:00", why=MARKUP)
    for page in (
        f"issues/{issue.pk}/?lang=fr",
        "trail/",
        f"{calendar}/?month=2030-01",
        "issues/",
        "",
    ):
        shown = said(karim.get(f"/desk/{page}"))
        assert "<img src=x" not in shown, page
        assert "<script>alert" not in shown, page
    preview = karim.get(f"/desk/issues/{issue.pk}/preview/fr/")
    assert "<script>alert" not in preview.content.decode()
    assert "<img src=x" not in preview.content.decode()
    assert "sandbox" in preview.headers["Content-Security-Policy"]


def test_a_name_made_of_markup_is_only_a_name() -> None:
    from mailer.cli.create_user import create
    from mailer.errors import Refused

    with pytest.raises(Refused):
        create("<script>alert(1)</script>", ADMINISTRATOR, "a long enough secret")
    page = visitor().get("/desk/login/?next=%22%3E%3Cscript%3Ealert(1)")
    assert b"<script>alert" not in page.content


def test_what_is_another_publications_is_not_there_for_this_one(karim: Client) -> None:
    issue, other = drafted(), _other_publication()
    foreign = Section.objects.create(publication=other, slug="ailleurs", names={}, position=1)
    rule = Rule.objects.create(
        publication=other, kind="keyword", words="pub", created_at=issue.created_at
    )
    move = Move.objects.create(publication=other, date=issue.date, to=None)
    here = "revue-de-presse"
    for path, form in (
        (f"issues/{issue.pk}/add/", {"lang": "fr", "section": foreign.pk, "headline": "Un titre"}),
        (f"issues/{issue.pk}/take/", {"lang": "fr", "section": foreign.pk, "url": "https://a.b/"}),
        (f"publications/{here}/calendar/remove/", {"kind": "move", "id": move.pk}),
        (f"inbox/{here}/rules/remove/", {"rule": rule.pk}),
    ):
        assert 'class="notice error"' in do(karim, path, **form), path
    assert issue.items.count() == 3
    assert Rule.objects.filter(pk=rule.pk).exists()
    assert Move.objects.filter(pk=move.pk).exists()
