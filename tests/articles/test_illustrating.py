"""The pictures of articles' own pages: asked for where rights allow, once, and made ours."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mailer.articles.illustrating import NARROWEST, due, fetch
from mailer.articles.models import Article, Illustration, Rights, Source
from mailer.articles.reader import Reader
from mailer.articles.refresh import policy
from mailer.pictures.models import Picture
from mailer.pictures.prepared import Room
from tests.fakes.feeds import Press
from tests.people import WEDNESDAY as NOW
from tests.people import article, source
from tests.pictures.drawing import flag, opened, photograph, saved

pytestmark = pytest.mark.django_db
ROOM = Room(840, 840)
WEBP = saved(photograph(1600, 1000), "WEBP")


@pytest.fixture(autouse=True)
def _reachable(press: Press, settings: Any) -> None:
    settings.MAILER_ALLOW_PRIVATE = [f"127.0.0.1:{press.port}"]


def shows(url: str, rights: str = Rights.LICENSED) -> Article:
    """An article whose page names a picture."""
    made = article(source("lematin"), "Une exposition à Lyon")
    Source.objects.update(rights=rights)
    Article.objects.update(image_url=url)
    made.refresh_from_db()
    return made


def fetched(one: Article, reader: Reader) -> int:
    return fetch([one], policy(), ROOM, reader=reader)


def test_a_picture_is_fetched_once_and_made_small(press: Press, reader: Reader) -> None:
    press.serves("/i.webp", WEBP, content_type="image/webp")
    one = shows(press.url("/i.webp"))
    assert fetched(one, reader) == 1
    kept = Illustration.objects.get(article=one).picture
    assert kept is not None
    assert (kept.width, kept.height, kept.media_type) == (840, 525, "image/jpeg")
    assert opened(bytes(kept.content)).size == (840, 525)
    assert fetched(one, reader) == 0
    assert len(press.visits("/i.webp")) == 1


def test_of_an_article_that_may_only_be_quoted_nothing_is_even_asked(
    press: Press, reader: Reader
) -> None:
    """press-rules, Rights: no third-party image for what may only be quoted."""
    press.serves("/i.webp", WEBP)
    assert fetched(shows(press.url("/i.webp"), Rights.QUOTE), reader) == 0
    assert press.visits("/i.webp") == []
    assert not Illustration.objects.exists()


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/i.jpg", "http://[::1]/i.jpg", "file:///etc/passwd", "inward"],
)
def test_a_picture_on_a_private_host_is_refused(press: Press, reader: Reader, url: str) -> None:
    """press-rules, Fetch: every resolved address must be global, for images alike."""
    press.redirects("/inward", "http://10.0.0.1/i.jpg")
    assert fetched(shows(press.url("/inward") if url == "inward" else url), reader) == 0
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b"<svg onload='alert(1)'/>", WEBP[:900], saved(flag(NARROWEST - 1, 90), "PNG"), b""],
    ids=["script", "broken off", "thumbnail", "nothing"],
)
def test_what_is_no_picture_to_show_is_given_up(press: Press, reader: Reader, body: bytes) -> None:
    press.serves("/i.jpg", body)
    one = shows(press.url("/i.jpg"))
    assert fetched(one, reader) == 0
    assert not Picture.objects.exists() or Illustration.objects.get().picture is None
    assert due([one], timezone.now() + timedelta(days=9)) == []


def test_an_address_that_is_gone_is_given_up_and_a_tired_server_is_not(
    press: Press, reader: Reader
) -> None:
    press.serves("/i.jpg", b"", status=503)
    one = shows(press.url("/i.jpg"))
    assert fetched(one, reader) == 0
    assert due([one], timezone.now()) == []
    assert due([one], timezone.now() + timedelta(hours=2)) == [one]
    press.serves("/i.jpg", b"", status=404)
    Illustration.objects.update(due_at=NOW)
    assert fetched(one, reader) == 0
    assert due([one], timezone.now() + timedelta(days=9)) == []


def test_another_picture_of_the_same_article_is_asked_for_anew(
    press: Press, reader: Reader
) -> None:
    press.serves("/old.png", saved(flag(), "PNG"))
    press.serves("/new.png", saved(photograph(), "PNG"))
    one = shows(press.url("/old.png"))
    assert fetched(one, reader) == 1
    one.image_url = press.url("/new.png")
    one.save()
    assert fetched(one, reader) == 1
    kept = Illustration.objects.get()
    assert kept.url == press.url("/new.png")
    assert kept.picture == Picture.objects.latest("pk")
    assert Picture.objects.count() == 2
