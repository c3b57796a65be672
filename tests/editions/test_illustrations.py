"""A publication that shows the pictures of articles' own pages."""

from collections.abc import Iterator
from typing import Any

import pytest

from mailer.articles.models import Article, Illustration, Rights, Source
from mailer.articles.refresh import policy
from mailer.curation import arrange
from mailer.curation.models import Issue, Item, Pictures, Publication
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.illustrations import fetch_due
from mailer.pictures.models import Picture
from tests.fakes.feeds import Press
from tests.people import WEDNESDAY
from tests.pictures.drawing import photograph, saved
from tests.web.staff import drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(settings: Any) -> Iterator[Issue]:
    """Two French articles of a licensed title, each of whose pages names the same picture."""
    with Press() as press:
        settings.MAILER_ALLOW_PRIVATE = [f"127.0.0.1:{press.port}"]
        press.serves("/lyon.jpg", saved(photograph(1600, 1000), "JPEG"))
        made = drafted()
        Article.objects.update(image_url=press.url("/lyon.jpg"))
        Source.objects.filter(language="fr").update(rights=Rights.LICENSED)
        Publication.objects.update(article_pictures=True)
        yield Issue.objects.get(pk=made.pk)


def html(issue: Issue, language: str = "fr") -> str:
    return issue.editions.get(language=language).html


def test_its_draft_is_compiled_with_what_came_named_after_the_outlet(issue: Issue) -> None:
    assert "<img" not in html(issue)
    assert fetch_due(WEDNESDAY, policy()) == 2
    picture = Picture.objects.get()
    assert html(issue).count(f"/pictures/{picture.file}") == 2
    assert 'alt="Photo : courrier"' in html(issue).replace("\xa0", " ")
    assert 'width="504" height="315"' in html(issue)
    # The Arabic one may only be quoted.
    assert "<img" not in html(issue, "ar")
    assert fetch_due(WEDNESDAY, policy()) == 0


def test_by_default_nothing_is_fetched_and_nothing_shown(issue: Issue) -> None:
    assert Publication._meta.get_field("article_pictures").default is False
    Publication.objects.update(article_pictures=False)
    assert fetch_due(WEDNESDAY, policy()) == 0
    assert not Illustration.objects.exists()
    Publication.objects.update(article_pictures=True)
    fetch_due(WEDNESDAY, policy())
    Publication.objects.update(article_pictures=False)
    compile_issue(issue.pk, WEDNESDAY)
    assert "<img" not in html(issue)


def test_what_may_no_longer_be_shown_vanishes_with_the_next_compilation(issue: Issue) -> None:
    fetch_due(WEDNESDAY, policy())
    Source.objects.update(rights=Rights.QUOTE)
    compile_issue(issue.pk, WEDNESDAY)
    assert "<img" not in html(issue)


def test_an_editor_leaves_one_out_and_a_picture_of_ours_stands_before_it(issue: Issue) -> None:
    fetch_due(WEDNESDAY, policy())
    first, second = issue.items.filter(language="fr")
    arrange.leave_picture_out(first.pk, out=True, now=WEDNESDAY)
    compile_issue(issue.pk, WEDNESDAY)
    assert html(issue).count("<img") == 1
    ours = Picture.objects.create(
        digest="0" * 32, content=b"", media_type="image/png", width=9, height=9, added_at=WEDNESDAY
    )
    Item.objects.filter(pk=second.pk).update(picture=ours, picture_alt="La place")
    compile_issue(issue.pk, WEDNESDAY)
    assert html(issue).count("<img") == 1
    assert 'alt="La place"' in html(issue)


def test_what_was_signed_stays_as_it_was_seen(issue: Issue) -> None:
    seen = html(issue)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    assert fetch_due(WEDNESDAY, policy()) == 0
    assert html(issue) == seen


def test_it_travels_within_the_mail_where_pictures_do(issue: Issue) -> None:
    Publication.objects.update(pictures=Pictures.CID)
    fetch_due(WEDNESDAY, policy())
    edition = issue.editions.get(language="fr")
    assert edition.enclosed == [Picture.objects.get().digest]
    assert f'src="cid:{Picture.objects.get().file}@' in edition.html
