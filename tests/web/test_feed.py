"""The feed of a publication: what a feed reader of ours makes of it."""

import pytest

from mailer.articles.parse import parse
from mailer.mailings import fanout
from tests.people import WEDNESDAY, reader
from tests.web.staff import approved, drafted, visitor

pytestmark = pytest.mark.django_db


def test_a_sent_number_is_an_entry_in_each_of_its_languages() -> None:
    reader("youssef@example.org")
    issue = approved()
    fanout.start(issue.pk, None, WEDNESDAY)
    for language in ("fr", "ar"):
        answer = visitor().get(f"/feed/revue-de-presse.{language}.xml")
        assert answer.headers["Content-Type"].startswith("application/rss+xml")
        read = parse(
            answer.content, content_type=answer.headers["Content-Type"], url="https://x.example/"
        )
        (entry,) = read.entries
        assert entry.url.endswith(f"/archive/revue-de-presse/1/{language}/")
        assert entry.title == " ".join(issue.editions.get(language=language).subject.split())
    assert b"<item>" not in visitor().get("/feed/revue-de-presse.en.xml").content


def test_a_draft_is_in_no_feed() -> None:
    drafted()
    assert b"<item>" not in visitor().get("/feed/revue-de-presse.fr.xml").content


def test_a_publication_that_does_not_exist_has_none() -> None:
    assert visitor().get("/feed/nothing.fr.xml").status_code == 404
