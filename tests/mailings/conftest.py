"""A relay that logs what it takes, and a way out that is closed after each test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailer.mailings import send
from tests.fakes.smtp import FakeSmtp
from tests.servers import Redis


@pytest.fixture
def server(settings: Any, data: Path) -> Iterator[FakeSmtp]:
    """A relay, the one of the settings."""
    with FakeSmtp() as fake:
        settings.SMTP_URL = fake.url
        yield fake
        send.close()


@pytest.fixture(scope="session")
def store() -> Iterator[Redis]:
    """A Redis of these tests alone."""
    with Redis() as running:
        yield running
