import pytest

from mailer.articles.adding import add_source, normalised
from mailer.articles.models import Kind, Source
from mailer.errors import Refused
from tests.people import WEDNESDAY


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://Lematin.MA:443/Feed?a=1#x", "https://lematin.ma/Feed?a=1"),
        ("lematin.ma/feed", "https://lematin.ma/feed"),
        ("  http://lematin.ma\n", "http://lematin.ma/"),
        ("https://café.ma/", "https://xn--caf-dma.ma/"),
        ("feed://lematin.ma/feed", "http://lematin.ma/feed"),
        ("feed:https://lematin.ma/feed", "https://lematin.ma/feed"),
        ("https://amina:secret@h.ma:8443/f", "https://amina:secret@h.ma:8443/f"),
        ("http://[::1]:9000/f", "http://[::1]:9000/f"),
    ],
)
def test_an_address_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert normalised(typed) == stored
    assert normalised(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "ftp://h.ma/",
        "javascript:x()",
        "http://",
        "",
        "http://[",
        "http://h:99999/",
        "https://h/" + "x" * 2000,
    ],
)
def test_what_is_no_web_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="no http or https address"):
        normalised(typed)


def test_a_file_is_let_in_only_on_purpose() -> None:
    with pytest.raises(Refused, match="--allow-local"):
        normalised("file:///etc/passwd")
    assert normalised("file:///srv/feed.xml", allow_local=True) == "file:///srv/feed.xml"


@pytest.mark.django_db
def test_salma_adds_a_source_and_it_is_due_at_once() -> None:
    source = add_source("lematin.ma/feed", language="fr-FR", now=WEDNESDAY)
    assert (source.language, source.state, source.rights) == ("fr", "active", "quote")
    assert source.next_fetch_at == WEDNESDAY


@pytest.mark.django_db
def test_a_source_is_added_once_and_the_second_time_named() -> None:
    first = add_source("https://amina:secret@lematin.ma/feed")
    with pytest.raises(Refused, match=f"number {first.pk}") as refusal:
        add_source("https://amina:secret@LEMATIN.ma/feed#x")
    assert "secret" not in str(refusal.value)
    assert Source.objects.count() == 1


@pytest.mark.django_db
def test_a_language_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(Refused, match="“de”"):
        add_source("lematin.ma/feed", language="de")


@pytest.mark.django_db
def test_a_web_address_gets_no_right_to_files() -> None:
    assert not add_source("lematin.ma/feed", allow_local=True).allow_local


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "stored", "kind"),
    [
        ("https://h.ma/wp-json/", "https://h.ma/wp-json/wp/v2/posts", Kind.WORDPRESS),
        ("https://h.ma/wp-json/wp/v2/posts?categories=5&per_page=3", None, Kind.WORDPRESS),
        ("https://h.ma/feed/", "https://h.ma/feed/", Kind.FEED),
    ],
)
def test_the_address_of_a_wordpress_interface_is_known_by_its_looks(
    typed: str, stored: str | None, kind: Kind
) -> None:
    source = add_source(typed, now=WEDNESDAY)
    assert source.url == (stored or "https://h.ma/wp-json/wp/v2/posts?categories=5")
    assert source.kind == kind
    with pytest.raises(Refused, match="already"):
        add_source(typed, now=WEDNESDAY)
