"""A picture of ours, as a webmail or a page asks for it."""

import pytest

from mailer.editions.figures import ITEM
from mailer.pictures.models import Picture
from mailer.pictures.store import keep
from tests.people import WEDNESDAY
from tests.pictures.drawing import flag, opened, photograph, saved
from tests.web.staff import visitor

pytestmark = pytest.mark.django_db


def _kept() -> Picture:
    return keep(saved(photograph(), "JPEG"), ITEM, WEDNESDAY)[0]


def test_anybody_sees_it_for_a_year_and_keeps_it() -> None:
    picture = _kept()
    answer = visitor().get(f"/pictures/{picture.file}")
    assert opened(answer.content).size == (300, 200)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


def test_who_has_it_is_not_sent_it_again() -> None:
    picture = _kept()
    first = visitor().get(f"/pictures/{picture.file}")
    again = visitor().get(
        f"/pictures/{picture.file}", headers={"if-none-match": first.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_the_same_file_twice_is_one_picture() -> None:
    assert _kept() == _kept()
    assert Picture.objects.count() == 1


@pytest.mark.parametrize("file", [f"{'0' * 32}.jpg", "{digest}.png", "..%2fsecret.key", "x.jpg"])
def test_there_is_nothing_else(file: str) -> None:
    picture = _kept()
    answer = visitor().get(f"/pictures/{file.replace('{digest}', picture.digest)}")
    assert answer.status_code == 404


def test_a_drawing_is_a_png() -> None:
    picture, _ = keep(saved(flag(), "GIF"), ITEM, WEDNESDAY)
    assert visitor().get(f"/pictures/{picture.file}").headers["Content-Type"] == "image/png"
