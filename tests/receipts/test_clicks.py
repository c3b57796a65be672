"""Counting clicks: a number a link, and nothing beside it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mailer.curation.models import Issue, Item, Publication
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.models import Edition
from mailer.errors import NotFound, Refused
from mailer.mailings import fanout
from mailer.receipts import clicks
from mailer.receipts.models import Click
from tests.people import WEDNESDAY, reader
from tests.web.staff import drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def french() -> Edition:
    """The French edition of a number on the bench, whose clicks are counted."""
    Publication.objects.update(count_clicks=True)
    return drafted().editions.get(language="fr")


def sent(issue: Issue) -> None:
    reader("youssef@example.org")
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    fanout.start(issue.pk, None, WEDNESDAY)


def test_a_publication_counts_nothing_unless_it_is_told_to() -> None:
    french = drafted().editions.get(language="fr")
    assert (french.clicks, french.clicks_key, french.links) == ("", "", [])
    assert "/go/" not in french.html + french.text


def test_where_a_link_leads_is_read_from_the_edition(french: Edition) -> None:
    target = clicks.find(french.clicks_key, 2)
    assert target.url == french.links[1] == "https://courrier.example/1"
    assert f"/go/{french.clicks_key}/2" in french.html
    assert target.url not in french.html + french.text


@pytest.mark.parametrize("number", [0, 3, 9999])
def test_a_number_that_is_not_in_the_mail_leads_nowhere(french: Edition, number: int) -> None:
    with pytest.raises(NotFound):
        clicks.find(french.clicks_key, number)


@pytest.mark.parametrize("key", ["", "0" * 16])
def test_nor_does_a_key_of_no_edition(french: Edition, key: str) -> None:
    with pytest.raises(NotFound):
        clicks.find(key, 1)


def test_the_newsroom_tries_its_links_and_is_not_counted(french: Edition) -> None:
    clicks.count(clicks.find(french.clicks_key, 1))
    assert not Click.objects.exists()


def test_each_click_is_one_more_in_one_statement(french: Edition) -> None:
    sent(french.issue)
    for number in (1, 2, 2):
        target = clicks.find(french.clicks_key, number)
        with CaptureQueriesContext(connection) as told:
            clicks.count(target)
        assert len(told) == 1
    assert clicks.of_edition(french.pk) == {1: 1, 2: 2}


def test_what_is_kept_of_a_click_is_a_number() -> None:
    assert {field.name for field in Click._meta.get_fields()} == {"id", "edition", "link", "count"}


def test_where_its_links_lead_is_signed_with_an_edition(french: Edition) -> None:
    signed, checksum = issue_checksum(french.issue_id), french.checksum
    item = french.issue.items.filter(language="fr")[0]
    Item.objects.filter(pk=item.pk).update(url="https://elsewhere.example/")
    anew = next(one for one in compile_issue(french.issue_id, WEDNESDAY) if one.pk == french.pk)
    assert anew.links[0] == "https://elsewhere.example/"
    assert anew.checksum != checksum
    assert issue_checksum(french.issue_id) != signed


def test_a_target_that_was_changed_behind_the_signature_is_not_sent(french: Edition) -> None:
    reader("youssef@example.org")
    issue = french.issue
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    Edition.objects.filter(pk=french.pk).update(links=["https://evil.example/", ""])
    with pytest.raises(Refused):
        fanout.start(issue.pk, None, WEDNESDAY)


def test_a_changed_key_of_the_house_changes_no_link_that_was_mailed(
    french: Edition, settings: Any
) -> None:
    sent(french.issue)
    settings.SECRET_KEY = "another one, after the old one was lost"
    assert clicks.find(french.clicks_key, 1).url == french.links[0]
