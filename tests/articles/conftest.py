"""A press to fetch from, and a reader that is kept through the tests of this folder."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from mailer.articles.reader import Reader
from tests.fakes.feeds import Press

# A busy machine is no reason to fail: nothing here is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as server:
        yield server


@pytest.fixture(scope="package")
def reader() -> Iterator[Reader]:
    with Reader() as kept:
        yield kept
