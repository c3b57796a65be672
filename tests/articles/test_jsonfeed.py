import json

import pytest

from mailer.articles import jsonfeed
from mailer.errors import ParseError

URL = "https://presse.example/feed.json"


def test_a_feed_of_either_version_is_read() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Le Matin",
        "language": "fr",
        "items": [
            {
                "id": 7,
                "url": "https://presse.example/a",
                "title": "Un titre",
                "content_text": "a < b",
                "authors": [{"name": "Amina"}, {"name": "Youssef"}],
                "date_published": "2025-05-21T06:00:00+01:00",
                "image": "https://presse.example/a.jpg",
            },
            {"id": "https://presse.example/b", "author": {"name": "Grace"}, "summary": "Court"},
        ],
    }
    feed = jsonfeed.read(json.dumps(document), URL)
    first, second = feed.entries
    assert (feed.title, feed.language) == ("Le Matin", "fr")
    assert (first.guid, first.author, first.content) == ("7", "Amina, Youssef", "a &lt; b")
    assert (second.url, second.author) == ("https://presse.example/b", "Grace")


def test_members_of_the_wrong_type_are_left_out() -> None:
    document = {"title": ["x"], "items": [1, None, {"id": True, "url": {}, "authors": "Amina"}]}
    feed = jsonfeed.read(json.dumps(document), URL)
    assert feed.title == ""
    assert [(e.guid, e.url, e.author) for e in feed.entries] == [("", "", "")]


@pytest.mark.parametrize("text", ["{", '{"items": 3}', "{}", '{"a":' * 100_000])
def test_json_that_is_no_feed_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ParseError, match=r"presse\.example"):
        jsonfeed.read(text, URL)
