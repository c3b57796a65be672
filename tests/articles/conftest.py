"""A press to fetch from, and a reader that is kept through the tests of this folder."""

from collections.abc import Iterator

import pytest

from mailer.articles.reader import Reader
from tests.fakes.feeds import Press


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as server:
        yield server


@pytest.fixture(scope="package")
def reader() -> Iterator[Reader]:
    with Reader() as kept:
        yield kept
