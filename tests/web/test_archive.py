"""The web archive: what came out, and nothing else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html as markup

from mailer.articles.models import Article, Source
from mailer.curation.compose import draft_issue
from mailer.curation.models import Issue, IssueState, PdfUse, Publication
from mailer.editions import archive
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.models import Edition
from mailer.editions.printing import print_issue
from mailer.mailings import fanout
from mailer.web.roles import EDITOR, PUBLISHER
from tests.people import WEDNESDAY, article, reader, review, source
from tests.press import needs_press
from tests.web.staff import approved, at_work, do, drafted, visitor

pytestmark = pytest.mark.django_db
TITLE = "/archive/revue-de-presse/"


def _sent() -> Issue:
    reader("youssef@example.org")
    issue = approved()
    fanout.start(issue.pk, None, WEDNESDAY)
    return issue


def _next(*headlines: str) -> Issue:
    """The number after, with other headlines."""
    atlas = source(f"atlas-{Issue.objects.count()}")
    for headline in headlines:
        article(atlas, headline, at=WEDNESDAY + timedelta(days=Issue.objects.count()))
    issue = draft_issue(review(), now=WEDNESDAY + timedelta(days=7 * Issue.objects.count()))
    compile_issue(issue.pk, WEDNESDAY)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    fanout.start(issue.pk, None, WEDNESDAY)
    return issue


def _page(path: str) -> markup.HtmlElement:
    answer = visitor().get(path)
    assert answer.status_code == 200, path
    return markup.document_fromstring(answer.content.decode())


def test_a_sent_number_is_there_in_each_of_its_languages() -> None:
    _sent()
    listing = visitor().get(f"{TITLE}?lang=en").content.decode()
    for language, way in (("fr", "ltr"), ("ar", "rtl")):
        assert f"{TITLE}1/{language}/" in listing
        answer = visitor().get(f"{TITLE}1/{language}/")
        assert f'<html lang="{language}" dir="{way}">' in answer.content.decode()
        assert answer.headers["Content-Language"] == language
        assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert visitor().get(f"{TITLE}1/en/").status_code == 404


def test_it_says_what_the_mail_said_in_headings_and_landmarks() -> None:
    issue = _sent()
    page = _page(f"{TITLE}1/fr/")
    assert [one.text_content() for one in page.xpath("//h1")] == ["Revue de presse"]
    headings = [" ".join(one.text_content().split()) for one in page.xpath("//h3")]
    assert headings == ["1. Les transferts progressent", "2. Une exposition à Lyon"]
    assert "« Ils atteignent 28 milliards. »" in page.text_content().replace("\xa0", " ")
    assert page.xpath("count(//main//article)") == 3
    assert issue.editions.get(language="fr").subject in page.xpath("string(//title)")


def test_nothing_is_on_it_that_was_not_in_the_mail() -> None:
    issue = _sent()
    edition = issue.editions.get(language="fr")
    (shown,) = _page(f"{TITLE}1/fr/").xpath("//article[@class='issue']")
    for ways in shown.xpath(".//*[@class='ways']"):
        ways.drop_tree()
    mail = re.sub(r"\W", "", markup.document_fromstring(edition.html).text_content())
    for words in shown.xpath(".//text()"):
        assert re.sub(r"\W", "", words) in mail, words


def test_an_article_that_says_something_else_since_changes_nothing() -> None:
    issue = _sent()
    told = issue.items.filter(language="fr")[0].article
    assert told is not None
    told.title, told.lead = "Autre chose", "x" * 2000
    told.save()
    page = visitor().get(f"{TITLE}1/fr/").content.decode()
    assert "Autre chose" not in page
    assert "Les transferts progressent" in page


def test_hostile_words_stay_words() -> None:
    hostile = '<script>alert(1)</script></style>{{ 7*7 }}\u202e =?utf-8?q?x?= "onload=x '
    told = article(source("gazette"), hostile, lead=hostile)
    told.title = told.lead = hostile + "é" * 9000
    told.save()
    issue = _sent()
    answer = visitor().get(f"{TITLE}1/fr/")
    page = markup.document_fromstring(answer.content.decode())
    assert not page.xpath("//main//script | //main//style | //@onload")
    assert "{{ 7*7 }}" in page.text_content()
    assert "\u202e" not in answer.content.decode()
    assert "Set-Cookie" not in answer.headers
    assert len(page.text_content()) < 9000
    assert issue.editions.get(language="fr").archived.count() == 3


def test_nobodys_links_are_in_it() -> None:
    issue = _sent()
    page = visitor().get(f"{TITLE}1/fr/").content.decode()
    assert "/unsubscribe/" not in page
    assert "/preferences/" not in page
    assert issue.editions.get(language="fr").nonce not in page
    assert "/subscribe/?list=revue-de-presse&amp;lang=fr" in page


def test_the_archive_never_shows_more_than_the_mail_did() -> None:
    """press-rules, Rights."""
    _sent()
    before = visitor().get("/archive/revue-de-presse/1/fr/").content
    Source.objects.update(rights="own")
    Article.objects.update(lead="Tout le texte, que la licence permet depuis ce matin.")
    assert visitor().get("/archive/revue-de-presse/1/fr/").content == before


def test_it_tells_of_itself_where_it_is_shared(settings: Any) -> None:
    settings.MAILER_URL = "https://press.example"
    _sent()
    page = _page(f"{TITLE}1/ar/")
    told = {one.get("property"): one.get("content") for one in page.xpath("//meta[@property]")}
    assert told["og:url"] == f"https://press.example{TITLE}1/ar/"
    assert told["og:locale"] == "ar_MA"
    assert told["og:title"]
    assert told["og:description"]
    assert page.xpath("string(//link[@rel='canonical']/@href)") == told["og:url"]
    others = page.xpath("//link[@rel='alternate'][@hreflang][not(@type)]/@hreflang")
    assert others == ["fr", "ar"]


def test_the_numbers_before_and_after_are_a_step_away() -> None:
    _sent()
    _next("Un deuxième numéro")
    third = _next("Un troisième numéro")
    page = _page(f"{TITLE}2/fr/")
    assert page.xpath("string(//nav//a[@rel='prev']/@href)") == f"{TITLE}1/fr/"
    assert page.xpath("string(//nav//a[@rel='next']/@href)") == f"{TITLE}3/fr/"
    archive.withdraw(third.editions.get(language="fr"), WEDNESDAY)
    assert not _page(f"{TITLE}2/fr/").xpath("//a[@rel='next']")
    # The Arabic edition has neither before nor after it.
    assert not _page(f"{TITLE}1/ar/").xpath("//a[@rel='prev' or @rel='next']")


def test_who_has_the_page_is_not_sent_it_again() -> None:
    _sent()
    for path in (f"{TITLE}1/fr/", TITLE, "/archive/"):
        first = visitor().get(path)
        again = visitor().get(path, headers={"if-none-match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path


@pytest.mark.parametrize("state", [IssueState.DRAFT, IssueState.HELD, IssueState.APPROVED])
def test_what_was_not_sent_is_not_there(state: str) -> None:
    drafted()
    Issue.objects.update(state=state)
    assert visitor().get(f"{TITLE}1/fr/").status_code == 404
    assert "/1/fr/" not in visitor().get(TITLE).content.decode()
    assert TITLE not in visitor().get("/archive/").content.decode()


@pytest.mark.parametrize(
    "path", ["nothing/", "revue-de-presse/7/fr/", "revue-de-presse/999999999/fr/"]
)
def test_what_does_not_exist_is_said_in_a_sentence(path: str) -> None:
    answer = visitor().get(f"/archive/{path}?lang=en")
    assert answer.status_code == 404
    assert 'role="alert"' in answer.content.decode()


def test_an_edition_older_than_the_archive_is_shown_as_it_was_mailed() -> None:
    _sent()
    Edition.objects.update(page={})
    answer = visitor().get(f"{TITLE}1/fr/")
    assert "Les transferts progressent" in answer.content.decode()
    assert "unsafe-inline" in answer.headers["Content-Security-Policy"]
    assert "/unsubscribe/" not in answer.content.decode()


def test_a_list_of_many_numbers_asks_no_more_of_the_database_than_one_of_few() -> None:
    _sent()
    _next("Un deuxième numéro")

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as told:
            _page(path)
        return len(told)

    few = asked(TITLE), asked(f"{TITLE}?q=numero")
    for count in range(4):
        _next(f"Encore un numéro, le {count}e")
    assert (asked(TITLE), asked(f"{TITLE}?q=numero")) == few


@needs_press
def test_the_pdf_that_was_signed_is_there_too() -> None:
    Publication.objects.update(pdf=PdfUse.LINKED)
    reader("youssef@example.org")
    issue = drafted()
    print_issue(issue.pk, WEDNESDAY)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    assert visitor().get(f"{TITLE}1/fr.pdf").status_code == 404
    fanout.start(issue.pk, None, WEDNESDAY)
    assert f"{TITLE}1/fr.pdf" in visitor().get(f"{TITLE}1/fr/").content.decode()
    answer = visitor().get(f"{TITLE}1/fr.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content == bytes(issue.editions.get(language="fr").printed.content)
    archive.withdraw(issue.editions.get(language="fr"), WEDNESDAY)
    assert visitor().get(f"{TITLE}1/fr.pdf").status_code == 410


def test_a_number_without_a_pdf_says_so() -> None:
    _sent()
    answer = visitor().get(f"{TITLE}1/fr.pdf?lang=en")
    assert answer.status_code == 404
    assert "not published as a PDF" in answer.content.decode()


def test_karim_takes_an_edition_out_and_puts_it_back() -> None:
    issue = _sent()
    karim = at_work(PUBLISHER, "karim")
    address = f"issues/{issue.pk}/archive/fr/"
    page = do(karim, f"{address}withdraw/")
    assert "is out of the archive" in page
    assert f"/desk/{address}put-back/" in page
    gone = visitor().get(f"{TITLE}1/fr/")
    assert gone.status_code == 410
    assert "withdrawn" in visitor().get(f"{TITLE}1/fr/?lang=en").content.decode()
    assert f"{TITLE}1/fr/" not in visitor().get(TITLE).content.decode()
    assert f"{TITLE}1/ar/" in visitor().get(TITLE).content.decode()
    assert "0 entries found" in visitor().get(f"{TITLE}?q=transferts&lang=en").content.decode()
    do(karim, f"{address}put-back/")
    assert visitor().get(f"{TITLE}1/fr/").status_code == 200
    assert "1 entry found" in visitor().get(f"{TITLE}?q=transferts&lang=en").content.decode()


def test_salma_may_not() -> None:
    issue = _sent()
    client = at_work(EDITOR)
    assert client.post(f"/desk/issues/{issue.pk}/archive/fr/withdraw/").status_code == 403
