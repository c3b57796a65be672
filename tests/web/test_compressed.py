"""What a browser on a slow line loads."""

import gzip
from typing import Any

import pytest
from django.test import Client

GZIP = {"accept-encoding": "gzip, deflate, br"}
STYLE = "/static/desk.css"


def _body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_style_sheet_travels_compressed_where_the_browser_can_read_it() -> None:
    plain = Client().get(STYLE)
    assert "Content-Encoding" not in plain.headers
    answer = Client(headers=GZIP).get(STYLE)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    told, whole = _body(answer), _body(plain)
    assert gzip.decompress(told) == whole
    assert len(told) < len(whole) / 3


def test_a_part_of_a_file_is_the_files_own_bytes() -> None:
    answer = Client(headers={**GZIP, "range": "bytes=0-9"}).get(STYLE)
    assert answer.status_code == 206
    assert "Content-Encoding" not in answer.headers
    assert len(_body(answer)) == 10


@pytest.mark.django_db
def test_a_page_is_never_compressed() -> None:
    for path in ("/", "/desk/login/", "/nowhere/"):
        assert "Content-Encoding" not in Client(headers=GZIP).get(path).headers
