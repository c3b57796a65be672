"""Links that lead nowhere are found before an issue leaves, by a real request to a real server."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from mailer.articles.door import NO_HOST
from mailer.articles.refresh import policy
from mailer.curation import signoff
from mailer.curation.compose import draft_issue
from mailer.curation.models import Issue
from mailer.editions.compile import compile_issue
from mailer.editions.deadlinks import FORGET, LOOK_AGAIN, dead, due, is_dead, look_at_due
from mailer.editions.freeze import issue_checksum
from mailer.editions.models import LinkCheck
from mailer.errors import FetchError
from tests.fakes.feeds import Press
from tests.people import WEDNESDAY, article, review, source

pytestmark = pytest.mark.django_db(transaction=True)
LATER = WEDNESDAY + timedelta(hours=1)


@pytest.fixture
def press(settings: Any) -> Iterator[Press]:
    with Press() as server:
        settings.MAILER_ALLOW_PRIVATE = [f"127.0.0.1:{server.port}"]
        yield server


def issue_of(*urls: str) -> Issue:
    matin = source("lematin")
    for url in urls:
        made = article(matin, f"Un titre sur {url[-8:]}")
        made.url = url
        made.save()
    issue = draft_issue(review(), now=WEDNESDAY)
    compile_issue(issue.pk, WEDNESDAY)
    return issue


def test_what_a_site_calls_gone_is_dead_and_what_it_has_is_not(press: Press) -> None:
    press.serves("/here", "<p>Bonjour")
    press.serves("/gone", "", status=410)
    press.serves("/tired", "", status=503)
    here, gone, tired, none = (press.url(f"/{name}") for name in ("here", "gone", "tired", "none"))
    issue_of(here, gone, tired, none)
    assert look_at_due(LATER, policy()) == 4
    assert dead([here, gone, tired, none]) == {gone, none}
    assert len(press.visits("/here")) == 1


def test_a_link_is_looked_at_once_in_half_a_day_and_while_its_issue_is_on_the_bench(
    press: Press,
) -> None:
    press.serves("/here", "<p>Bonjour")
    issue = issue_of(press.url("/here"))
    look_at_due(LATER, policy())
    assert look_at_due(LATER + LOOK_AGAIN / 2, policy()) == 0
    assert due(LATER + LOOK_AGAIN) == [press.url("/here")]
    item = issue.items.get()
    item.hidden = True
    item.save()
    assert due(LATER + LOOK_AGAIN) == []
    item.hidden = False
    item.save()
    signoff.approve(issue.pk, issue_checksum(issue.pk), None, LATER)
    assert due(LATER + LOOK_AGAIN) == [press.url("/here")]
    signoff.discard(issue.pk, LATER)
    assert due(LATER + LOOK_AGAIN) == []


def test_a_link_that_was_mended_is_no_longer_dead(press: Press) -> None:
    issue_of(press.url("/late"))
    look_at_due(LATER, policy())
    assert dead([press.url("/late")])
    press.serves("/late", "<p>Bonjour")
    look_at_due(LATER + LOOK_AGAIN, policy())
    assert not dead([press.url("/late")])


def test_a_private_address_is_not_asked_and_not_accused(press: Press, settings: Any) -> None:
    settings.MAILER_ALLOW_PRIVATE = []
    issue_of(press.url("/none"))
    assert look_at_due(LATER, policy()) == 1
    assert press.visits("/none") == []
    assert not dead([press.url("/none")])


def test_a_machine_without_a_network_accuses_nobody() -> None:
    nobody = FetchError(NO_HOST, host="lematin.example")
    assert not is_dead(nobody, online=False)
    assert is_dead(nobody, online=True)
    assert not is_dead(FetchError("%(host)s does not answer.", host="x"), online=True)


def test_what_nobody_asks_any_more_is_forgotten() -> None:
    LinkCheck.objects.create(digest="0" * 64, dead=True, checked_at=LATER)
    look_at_due(LATER + FORGET, policy())
    assert LinkCheck.objects.exists()
    look_at_due(LATER + FORGET + timedelta(seconds=1), policy())
    assert not LinkCheck.objects.exists()
