"""A counted link on its way: a look changes nothing, a word from its page counts one."""

import re
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailer.curation.models import Publication
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.models import Edition
from mailer.mailings import fanout
from mailer.mailings.specimen import specimen
from mailer.receipts import clicks
from mailer.web.public import asking
from mailer.web.roles import EDITOR
from tests.people import WEDNESDAY, reader
from tests.web.staff import at_work, drafted, said, visitor

pytestmark = pytest.mark.django_db
CHANGES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture(autouse=True)
def _counts_of_their_own(settings: Any, tmp_path: Any) -> Any:
    """No Redis: each test counts by itself, from nothing."""
    settings.REDIS_URL = f"unix://{tmp_path}/nobody"
    settings.MAILER_CLICKS_PER_NETWORK = 40
    yield
    asking._turnstile.cache_clear()


@pytest.fixture
def french() -> Edition:
    """The French edition of a number that readers have, whose clicks are counted."""
    Publication.objects.update(count_clicks=True)
    issue = drafted()
    reader("youssef@example.org")
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    fanout.start(issue.pk, None, WEDNESDAY)
    return issue.editions.get(language="fr")


def _links(mail: bytes) -> list[str]:
    body = message_from_bytes(mail, policy=policy.default).get_body(("html",))
    assert body is not None
    return re.findall(r'href="([^"]+/go/[^"]+)"', body.get_content())


def _path(french: Edition, number: int = 1) -> str:
    return f"/go/{french.clicks_key}/{number}"


def test_everybodys_mail_has_the_same_links(french: Edition) -> None:
    links = _links(specimen(french, timezone.now()))
    assert links == [f"{french.clicks}{number}" for number in (1, 1, 2, 2)]
    assert french.clicks.endswith(f"/go/{french.clicks_key}/")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_that_follows_every_link_counts_for_nobody(french: Edition, method: str) -> None:
    with CaptureQueriesContext(connection) as told:
        answer = visitor().generic(method, _path(french), headers={"user-agent": "a scanner"})
    assert answer.status_code == 200
    assert [one["sql"] for one in told if one["sql"].lstrip().startswith(CHANGES)] == []
    assert clicks.of_edition(french.pk) == {}


def test_the_page_says_where_it_leads_and_keeps_itself_to_itself(french: Edition) -> None:
    answer = visitor().get(_path(french))
    page, target = said(answer), french.links[0]
    assert f'<a href="{target}"' in page
    assert f'<meta http-equiv="refresh" content="0; url={target}">' in page
    assert f'data-to="{target}"' in page
    assert '<meta name="robots"\n          content="noindex, nofollow">' in page
    assert '<html lang="fr"' in page, "the language of the mail"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    told = dict(
        part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; ")
    )
    assert told["default-src"] == "'none'"
    assert told["script-src"] == told["connect-src"] == "'self'"


def test_a_word_from_the_page_counts_one_and_keeps_nothing_else(french: Edition) -> None:
    browser = Client(enforce_csrf_checks=True)
    for number in (2, 1, 2):
        answer = browser.post(_path(french, number), headers={"origin": "null"})
        assert (answer.status_code, answer.content) == (204, b"")
        assert not answer.cookies
    assert clicks.of_edition(french.pk) == {1: 1, 2: 2}


@pytest.mark.parametrize(
    "path", ["{key}/3", "{key}/0", "0000000000000000/1", "{key}/99999", "{key}/x"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_no_link_of_ours_is_not_there_and_counts_nothing(
    french: Edition, path: str, method: str
) -> None:
    answer = visitor().generic(method, f"/go/{path.format(key=french.clicks_key)}")
    assert answer.status_code == 404
    assert clicks.of_edition(french.pk) == {}


def test_an_address_in_the_address_leads_nowhere(french: Edition) -> None:
    for query in ("?to=https://evil.example/", "?url=//evil.example"):
        assert "evil.example/" not in re.sub(
            r'href="\?[^"]*"', "", _without_languages(said(visitor().get(_path(french) + query)))
        )
    assert visitor().get(f"{_path(french)}/https://evil.example/").status_code == 404


def _without_languages(page: str) -> str:
    return re.sub(r'<ul class="languages">.*?</ul>', "", page, flags=re.DOTALL)


def test_another_site_cannot_count_in_our_name(french: Edition) -> None:
    answer = visitor().post(_path(french), headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert clicks.of_edition(french.pk) == {}


def test_one_network_counts_so_often_and_is_led_on_all_the_same(french: Edition) -> None:
    """Without Redis a process counts by itself, to a quarter of the forty that are allowed."""
    for _ in range(15):
        assert visitor().post(_path(french), REMOTE_ADDR="192.0.2.7").status_code == 204
    assert clicks.of_edition(french.pk) == {1: 10}
    assert visitor().get(_path(french), REMOTE_ADDR="192.0.2.7").status_code == 200
    visitor().post(_path(french), REMOTE_ADDR="198.51.100.9")
    assert clicks.of_edition(french.pk) == {1: 11}


def test_archive_feed_and_preview_lead_straight_to_the_articles(french: Edition) -> None:
    salma = at_work(EDITOR)
    assert b"/go/" not in visitor().get("/feed/revue-de-presse.fr.xml").content
    pages = [
        visitor().get("/archive/revue-de-presse/1/fr/"),
        salma.get(f"/desk/issues/{french.issue_id}/preview/fr/"),
        salma.get(f"/desk/issues/{french.issue_id}/preview/fr/?as=text"),
    ]
    for answer in pages:
        assert answer.status_code == 200
        assert b"/go/" not in answer.content
        assert french.links[0].encode() in answer.content
    assert "/go/" not in str(french.page), "which the PDF is printed from"
