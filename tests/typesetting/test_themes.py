"""Theme files: those that are shipped, and an office's own."""

from pathlib import Path

import pytest

from mailer.errors import NotFound, Refused
from mailer.typesetting.theme import theme_of
from mailer.typesetting.themes import SHIPPED, names, shipped, values


def test_two_themes_are_shipped_and_whole() -> None:
    assert names() == ["cedar", "majorelle"]
    assert [theme_of(values(name)) for name in names()] == [shipped("cedar"), shipped("majorelle")]


def test_an_office_writes_its_own_beside_them_or_in_their_place(tmp_path: Path) -> None:
    cedar = (SHIPPED / "cedar.toml").read_text(encoding="utf-8")
    (tmp_path / "conseil.toml").write_text(cedar.replace("#1b2420", "#000000"), encoding="utf-8")
    (tmp_path / "cedar.toml").write_text(
        cedar.replace("radius = 6", "radius = 0"), encoding="utf-8"
    )
    (tmp_path / "Not a name.toml").write_text(cedar, encoding="utf-8")
    assert names(tmp_path) == ["cedar", "majorelle", "conseil"]
    assert theme_of(values("conseil", tmp_path)).light.ink == "#000000"
    assert theme_of(values("cedar", tmp_path)).radius == 0
    assert shipped("cedar").radius == 6


@pytest.mark.parametrize("name", ["", "nobody", "../cedar", "cedar.toml", "CEDAR"])
def test_a_theme_that_is_none_is_not_found(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no theme named"):
        values(name, tmp_path / "is-not-there")


@pytest.mark.parametrize("content", [b"radius = ", b"\xff\xfe", b"radius = 6\x00"])
def test_a_file_that_cannot_be_read_says_which(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(content)
    with pytest.raises(Refused, match=r"mine\.toml cannot be read"):
        values("mine", tmp_path)
