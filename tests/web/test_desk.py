"""The morning at the desk: Salma edits, Karim approves and sends."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.forms import model_to_dict
from django.http import HttpResponse
from django.test import Client

from mailer.articles.models import Source
from mailer.curation import arrange
from mailer.curation.models import Issue, IssueState, Item, Placement
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum
from mailer.letters.models import Letter
from mailer.mailings import fanout
from mailer.mailings.models import Delivery, DeliveryState, Mailing, MailingState
from mailer.subscribers.models import Suppression
from mailer.web.roles import ADMINISTRATOR, EDITOR, PUBLISHER
from tests.people import WEDNESDAY, article, reader, review, source
from tests.web.staff import SECRET, approved, at_work, drafted, member, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def salma() -> Client:
    return at_work(EDITOR, "salma")


@pytest.fixture
def karim() -> Client:
    return at_work(PUBLISHER, "karim")


def _said(answer: Any) -> str:
    """The page that an act led to."""
    assert answer.status_code == 200
    return str(answer.content.decode())


def _do(client: Client, path: str, **form: Any) -> str:
    """Post a form from the page of the issue, and the page it leads to."""
    return _said(
        client.post(f"/desk/{path}", form, follow=True, headers={"referer": _issue_page()})
    )


def _issue_page() -> str:
    issue = Issue.objects.order_by("pk").first()
    return f"http://testserver/desk/issues/{issue.pk}/" if issue else "http://testserver/desk/"


def test_salma_logs_in_and_comes_where_she_wanted_to_go() -> None:
    member("salma", EDITOR, SECRET)
    client = visitor()
    door = client.get("/desk/sources/", follow=True)
    assert "Log in" in door.content.decode()
    answer = client.post(
        "/desk/login/",
        {"username": "salma", "password": SECRET, "next": "/desk/sources/"},
    )
    assert answer.headers["Location"] == "/desk/sources/"


def test_a_wrong_password_says_so_and_keeps_the_name() -> None:
    page = _said(visitor().post("/desk/login/", {"username": "salma", "password": "no"}))
    assert 'value="salma"' in page
    assert 'role="alert"' in page


def test_the_login_leads_to_no_other_site() -> None:
    member("salma", EDITOR, SECRET)
    answer = visitor().post(
        "/desk/login/",
        {"username": "salma", "password": SECRET, "next": "https://evil.example/"},
    )
    assert answer.headers["Location"] == "/desk/"


def test_logging_out_ends_the_session(salma: Client) -> None:
    assert salma.get("/desk/logout/").status_code == 405
    salma.post("/desk/logout/")
    assert salma.get("/desk/").status_code == 302


def test_a_form_that_comes_after_log_out_leads_back_to_its_page() -> None:
    issue = drafted()
    answer = visitor().post(
        f"/desk/issues/{issue.pk}/take-new/", headers={"referer": "http://testserver/desk/issues/"}
    )
    assert answer.headers["Location"] == "/desk/login/?next=/desk/issues/"


def test_htmx_is_told_to_leave_the_page_when_the_session_is_over() -> None:
    answer = visitor().get("/desk/mailings/1/progress/", headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/desk/login/")


def test_each_person_has_a_language(salma: Client) -> None:
    salma.post("/desk/language/", {"language": "ar", "next": "/desk/"})
    assert '<html lang="ar" dir="rtl">' in _said(salma.get("/desk/"))
    answer = salma.post("/desk/language/", {"language": "xx", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/desk/"
    assert "django_language" not in answer.cookies


def test_today_tells_what_waits_and_what_comes(salma: Client) -> None:
    issue = drafted()
    Source.objects.filter(title="sawt").update(
        error={"id": "It answered %(status)s.", "values": {"status": 404}}
    )
    page = _said(salma.get("/desk/"))
    assert f"/desk/issues/{issue.pk}/" in page
    assert "It answered 404." in page
    assert "08:00" in page


def test_salma_drafts_a_number_with_what_is_new(salma: Client) -> None:
    article(source("courrier"), "Les transferts progressent")
    page = _do(salma, "issues/new/", publication="revue-de-presse")
    assert "Les transferts progressent" in page
    assert Issue.objects.get().editions.count() == 1
    assert "There is nothing to put into a new issue" in _do(
        salma, "issues/new/", publication="revue-de-presse"
    )


def test_an_edited_headline_is_in_the_preview_at_once_and_the_original_stays_in_sight(
    salma: Client,
) -> None:
    item = drafted().items.filter(language="fr")[0]
    page = _do(
        salma, f"items/{item.pk}/edit/", headline="Transferts : +4 %", lead="", note="À lire"
    )
    assert "Transferts : +4 %" in page
    assert item.article.title in page
    frame = _said(salma.get(f"/desk/issues/{item.issue_id}/preview/fr/"))
    assert "Transferts" in frame
    assert item.article.title not in frame
    assert "À lire" in frame


def test_a_headline_like_the_articles_own_stays_the_articles(salma: Client) -> None:
    item = drafted().items.filter(language="fr")[0]
    _do(salma, f"items/{item.pk}/edit/", headline=item.article.title, lead=item.article.lead)
    item.refresh_from_db()
    assert (item.headline, item.lead) == ("", "")


def test_entries_move_up_and_down_and_a_form_sent_twice_moves_once(salma: Client) -> None:
    first, second = drafted().items.filter(language="fr")
    for _ in range(2):
        _do(salma, f"items/{second.pk}/move/", to=1)
    order = Issue.objects.get().items.filter(language="fr").values_list("pk", flat=True)
    assert list(order) == [second.pk, first.pk]


def test_an_entry_moves_to_another_section_and_only_of_its_publication(salma: Client) -> None:
    item = drafted().items.filter(language="fr")[0]
    target = review().sections.get(slug="ccme")
    _do(salma, f"items/{item.pk}/move/", section=target.pk)
    item.refresh_from_db()
    assert item.section == target
    assert "not in the publication" in _do(salma, f"items/{item.pk}/move/", section=99999)


def test_a_hidden_entry_leaves_the_edition_and_comes_back(salma: Client) -> None:
    item = drafted().items.get(language="ar")
    issue = item.issue
    assert "left out" in _do(salma, f"items/{item.pk}/hide/", hidden="1")
    assert not issue.editions.filter(language="ar").exists()
    _do(salma, f"items/{item.pk}/hide/", hidden="0")
    assert issue.editions.filter(language="ar").exists()


def test_the_editors_word_stands_above_its_edition_alone(salma: Client) -> None:
    issue = drafted()
    _do(salma, f"issues/{issue.pk}/words/", lang="ar", words="كلمة العدد")
    assert "كلمة العدد" in issue.editions.get(language="ar").html
    assert "كلمة العدد" not in issue.editions.get(language="fr").html
    assert "no edition in this language" in _do(
        salma, f"issues/{issue.pk}/words/", lang="de", words="Wort"
    )


def test_new_articles_wait_until_they_are_asked_for(salma: Client) -> None:
    issue = drafted()
    article(Source.objects.get(title="courrier"), "Arrivé après")
    page = _said(salma.get(f"/desk/issues/{issue.pk}/?lang=fr"))
    assert "1 new article is waiting" in page
    assert "Arrivé après" not in page
    assert "Arrivé après" in _do(salma, f"issues/{issue.pk}/take-new/")


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"]
)
def test_what_staff_or_the_web_wrote_is_shown_and_never_run(salma: Client, hostile: str) -> None:
    item = drafted().items.filter(language="fr")[0]
    page = _do(salma, f"items/{item.pk}/edit/", headline=hostile, lead=hostile, note=hostile)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    frame = salma.get(f"/desk/issues/{item.issue_id}/preview/fr/")
    assert "<script>alert" not in frame.content.decode()
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "script-src" not in frame.headers["Content-Security-Policy"]


def test_bad_input_is_refused_in_a_sentence(salma: Client) -> None:
    item = drafted().items.filter(language="fr")[0]
    assert "there is room for 400" in _do(salma, f"items/{item.pk}/edit/", headline="x" * 401)
    assert "is not a number" in _do(salma, f"items/{item.pk}/move/", to="first")
    _do(salma, f"items/{item.pk}/edit/", headline="un\x00deux\x1b trois")
    item.refresh_from_db()
    assert item.headline == "undeux trois"


def test_the_preview_shows_nobodys_links_and_the_text_part(salma: Client) -> None:
    issue = drafted()
    frame = _said(salma.get(f"/desk/issues/{issue.pk}/preview/fr/"))
    assert "/unsubscribe/" not in frame
    text = salma.get(f"/desk/issues/{issue.pk}/preview/fr/?part=text")
    assert text.headers["Content-Type"].startswith("text/plain")
    assert "Les transferts progressent" in text.content.decode()
    assert salma.get(f"/desk/issues/{issue.pk}/preview/en/").status_code == 404


def test_a_test_goes_to_oneself_and_is_marked(salma: Client) -> None:
    issue = drafted()
    assert "salma@example.org" in _do(salma, f"issues/{issue.pk}/test/", lang="fr")
    letter = Letter.objects.get()
    assert (letter.recipient, letter.kind) == ("salma@example.org", "test")
    assert letter.subject.startswith("[TEST]")
    assert not Delivery.objects.exists()
    User.objects.update(email="")
    assert "no e-mail address" in _do(salma, f"issues/{issue.pk}/test/", lang="fr")


def test_karim_approves_exactly_what_he_saw(karim: Client) -> None:
    issue = drafted()
    page = _said(karim.get(f"/desk/issues/{issue.pk}/"))
    checksum = issue_checksum(issue.pk)
    assert checksum in page
    assert "Approved by karim" in _do(karim, f"issues/{issue.pk}/approve/", checksum=checksum)
    assert "approved already" in _do(karim, f"issues/{issue.pk}/approve/", checksum=checksum)


def test_what_changed_after_karim_looked_is_not_approved(karim: Client, salma: Client) -> None:
    issue = drafted()
    seen = issue_checksum(issue.pk)
    item = issue.items.filter(language="fr")[0]
    _do(salma, f"items/{item.pk}/edit/", headline="Autre chose")
    assert "has changed since you looked" in _do(
        karim, f"issues/{issue.pk}/approve/", checksum=seen
    )
    issue.refresh_from_db()
    assert issue.state == IssueState.DRAFT


def test_a_change_takes_the_approval_back_visibly(salma: Client) -> None:
    issue = approved()
    item = issue.items.filter(language="fr")[0]
    page = _do(salma, f"items/{item.pk}/edit/", headline="Autre chose")
    assert "its approval no longer holds" in page
    issue.refresh_from_db()
    assert issue.state == IssueState.DRAFT


def _rewrite(issue: Issue) -> None:
    """The newspaper corrects the first article of a number."""
    told = issue.items.filter(language="fr")[0].article
    assert told is not None
    told.title = "Les transferts reculent"
    told.save()


def test_salma_sees_that_an_article_changed_and_compiles_it_anew(salma: Client) -> None:
    issue = drafted()
    assert "since the mail was compiled" not in _said(salma.get(f"/desk/issues/{issue.pk}/"))
    _rewrite(issue)
    page = _said(salma.get(f"/desk/issues/{issue.pk}/"))
    assert "1 article has changed since the mail was compiled" in page
    assert "reculent" not in issue.editions.get(language="fr").html
    page = _do(salma, f"issues/{issue.pk}/compile/", lang="fr")
    assert "since the mail was compiled" not in page
    assert "reculent" in issue.editions.get(language="fr").html


def test_what_was_approved_keeps_its_words_and_the_page_says_so(salma: Client) -> None:
    issue = approved()
    before = issue_checksum(issue.pk)
    _rewrite(issue)
    page = _said(salma.get(f"/desk/issues/{issue.pk}/"))
    assert "What was approved is frozen" in page
    assert "Compile it anew" not in page
    assert "is no draft" in _do(salma, f"issues/{issue.pk}/compile/")
    assert issue_checksum(issue.pk) == before


def test_the_margin_says_who_would_get_it_and_who_not(karim: Client) -> None:
    issue = drafted()
    reader("youssef@example.org")
    reader("pending@example.org", state="pending")
    reader("grace@example.org", "en")
    page = _said(karim.get(f"/desk/issues/{issue.pk}/"))
    assert '<span class="big">1</span>' in page
    assert '<bdi lang="fr">Français</bdi>&nbsp;1' in page
    assert "have not confirmed" in page
    assert "no edition in their language" in page


def test_sending_asks_once_more_then_sends_once(karim: Client) -> None:
    reader("youssef@example.org")
    issue = approved()
    page = _said(karim.get(f"/desk/issues/{issue.pk}/send/"))
    assert "Yes, send it to 1 reader" in page
    assert '<bdi lang="fr">Français</bdi>&nbsp;1' in page
    assert not Mailing.objects.exists()
    form = {"checksum": issue_checksum(issue.pk)}
    assert "Mailing" in _do(karim, f"issues/{issue.pk}/send/", **form)
    mailing = Mailing.objects.get()
    assert mailing.requested_by is not None
    assert mailing.requested_by.username == "karim"
    assert f"it is mailing {mailing.pk}" in _do(karim, f"issues/{issue.pk}/send/", **form)
    assert Delivery.objects.count() == 1


def test_sending_another_checksum_than_the_one_shown_is_refused(karim: Client) -> None:
    issue = approved()
    assert "approved anew" in _do(karim, f"issues/{issue.pk}/send/", checksum="0" * 64)
    assert not Mailing.objects.exists()


def _mailing(karim: Client) -> Mailing:
    for name in ("youssef", "hanane", "driss", "leila"):
        reader(f"{name}@example.org")
    issue = approved()
    _do(karim, f"issues/{issue.pk}/send/", checksum=issue_checksum(issue.pk))
    return Mailing.objects.get()


def test_the_mailing_shows_its_sums_and_the_relays_trouble(karim: Client) -> None:
    mailing = _mailing(karim)
    first = Delivery.objects.order_by("pk")[:1].values("pk")
    Delivery.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(
        state=DeliveryState.SENT
    )
    Mailing.objects.update(relay_error={"id": "The relay sleeps.", "values": {}})
    part = _said(karim.get(f"/desk/mailings/{mailing.pk}/progress/?settled=0&at=0&state=running"))
    assert "1 of 4 settled" in part
    assert "The relay sleeps." in part
    assert 'hx-trigger="every' in part
    assert 'id="control"' not in part, "buttons are not replaced under a hand"
    assert 'hx-swap-oob="true"' in _said(
        karim.get(f"/desk/mailings/{mailing.pk}/progress/?state=paused")
    )


def test_a_mailing_that_nobody_at_the_desk_asked_for_says_what_may_have(karim: Client) -> None:
    reader("youssef@example.org")
    mailing = fanout.start(approved().pk, None, WEDNESDAY)
    page = _said(karim.get(f"/desk/mailings/{mailing.pk}/"))
    assert "by the clock or the command line" in page


def test_polling_stops_when_the_mailing_is_over(karim: Client) -> None:
    mailing = _mailing(karim)
    Mailing.objects.update(state=MailingState.DONE, finished_at=WEDNESDAY)
    answer = karim.get(f"/desk/mailings/{mailing.pk}/progress/?settled=x&at=y")
    assert answer.status_code == 286
    assert "hx-get" not in answer.content.decode()


def test_karim_pauses_goes_on_and_cancels(karim: Client) -> None:
    mailing = _mailing(karim)
    here = f"mailings/{mailing.pk}"
    assert "Paused" in _do(karim, f"{here}/pause/")
    assert "paused already" in _do(karim, f"{here}/pause/")
    assert "Running" in _do(karim, f"{here}/resume/")
    assert "I am sure" in _do(karim, f"{here}/cancel/")
    assert "Cancelled" in _do(karim, f"{here}/cancel/", sure="1")
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.CANCELLED}


def test_a_held_number_says_why_and_is_reopened(salma: Client) -> None:
    issue = drafted()
    Issue.objects.update(state=IssueState.HELD, held_why={"id": "Too late.", "values": {}})
    assert "Too late." in _said(salma.get(f"/desk/issues/{issue.pk}/"))
    _do(salma, f"issues/{issue.pk}/reopen/")
    issue.refresh_from_db()
    assert issue.state == IssueState.DRAFT


def test_discarding_wants_to_be_sure_and_frees_the_articles(salma: Client) -> None:
    issue = drafted()
    assert "I am sure" in _do(salma, f"issues/{issue.pk}/discard/")
    _do(salma, f"issues/{issue.pk}/discard/", sure="1")
    assert not Item.objects.exists()
    _said(salma.get(f"/desk/issues/{issue.pk}/"))


def test_a_source_is_added_in_its_section(salma: Client) -> None:
    page = _do(
        salma, "sources/add/", url="https://lematin.example/rss", place="revue-de-presse/ccme"
    )
    assert "lematin.example" in page
    assert Placement.objects.get().section.slug == "ccme"
    for refused in ("https://lematin.example/rss", "file:///etc/passwd", "gopher://old.example/"):
        assert 'class="notice error"' in _do(
            salma, "sources/add/", url=refused, place="revue-de-presse/ccme"
        )
    assert Source.objects.count() == 1


def test_a_source_is_not_kept_when_its_section_is_refused(salma: Client) -> None:
    _do(salma, "sources/add/", url="https://lematin.example/rss", place="revue-de-presse/nowhere")
    assert not Source.objects.exists()


def test_a_source_moves_and_is_fetched_on_demand(salma: Client) -> None:
    made = source("courrier")
    _do(salma, f"sources/{made.pk}/place/", place="revue-de-presse/ccme")
    assert Placement.objects.get().section.slug == "ccme"
    _do(salma, f"sources/{made.pk}/fetch/")
    made.refresh_from_db()
    assert made.next_fetch_at > WEDNESDAY


def test_karim_looks_up_a_reader_by_the_beginning_of_the_address(karim: Client) -> None:
    reader("Youssef@example.org")
    reader("amina@example.org", "ar")
    page = _said(karim.get("/desk/subscribers/?q=YOUSSEF"))
    assert "Youssef@example.org" in page
    assert "amina@example.org" not in page
    assert '<span class="big">2</span>' in page
    assert "No address begins" in _said(karim.get("/desk/subscribers/?q=%00%25&before=x"))


def _settings(**changes: Any) -> dict[str, Any]:
    names = {"name-fr": "Revue de presse", "name-ar": "النشرة الإخبارية"}
    form = {"language": ["fr", "ar"], "weekday": ["1", "4"], "hour": "07:30", "mode": "approval"}
    return {**names, **form, "zone": "Africa/Casablanca", "clock_on": "1", **changes}


def test_karim_settles_the_publication_and_its_drafts_follow(karim: Client) -> None:
    issue = drafted()
    page = _do(
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
    page = _do(
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
    mailing = _mailing(karim)
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


def test_a_page_that_does_not_exist_says_so(salma: Client) -> None:
    for path in (
        "issues/999/",
        "mailings/999/",
        "publications/nothing/",
        "issues/9" + "9" * 30 + "/",
    ):
        assert salma.get(f"/desk/{path}").status_code == 404


def test_what_somebody_changes_while_the_page_is_made_is_not_approved(karim: Client) -> None:
    issue = drafted()
    item = issue.items.filter(language="fr")[0]
    done: list[bool] = []

    def meanwhile(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if 'FROM "curation_section"' in sql and not done:
            done.append(True)
            arrange.edit_item(item.pk, now=WEDNESDAY, headline="Unseen by Karim")
            compile_issue(issue.pk, WEDNESDAY)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        page = karim.get(f"/desk/issues/{issue.pk}/?lang=fr").content.decode()
    checksum = re.search(r'name="checksum" value="([0-9a-f]{64})"', page)
    assert checksum
    assert "Unseen by Karim" not in page

    karim.post(f"/desk/issues/{issue.pk}/approve/", {"checksum": checksum[1]})

    issue.refresh_from_db()
    assert issue.state == "draft"


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


@pytest.mark.parametrize("after", ["nowhere", "//evil.example/", "https://evil.example/", ""])
def test_choosing_a_language_leads_nowhere_else(after: str) -> None:
    answer = visitor().post("/desk/language/", {"language": "ar", "next": after})

    assert answer.headers["Location"] == "/desk/"


def test_an_id_that_no_row_can_have_is_not_found(karim: Client) -> None:
    for path in ("issues/{}/", "issues/{}/preview/fr/", "mailings/{}/", "mailings/{}/progress/"):
        assert karim.get("/desk/" + path.format("9" * 30)).status_code == 404


def test_a_headline_leads_to_the_web_or_nowhere(salma: Client) -> None:
    issue = drafted()
    entry = issue.items.filter(language="fr")[0]
    Item.objects.filter(pk=entry.pk).update(url="javascript:alert(1)")

    page = _said(salma.get(f"/desk/issues/{issue.pk}/?lang=fr"))

    assert "javascript:" not in page
    assert 'href="https://courrier.example/1"' in page
