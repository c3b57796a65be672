"""What every test stands on: a data folder and a database of its own, loopback sockets only."""

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# A property is about what comes out, never about how fast this machine was just then.
hypothesis_settings.register_profile(
    "ours", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("ours")

# Before Django reads its settings: tests never touch the checkout's own data folder, and take the
# database and the Redis they are given, never those a developer has set for something else.
os.environ["MAILER_DATA"] = tempfile.mkdtemp(prefix="mailer-tests-")
os.environ.setdefault("MAILER_SECRET_KEY", "a-key-for-tests-alone")
for _name in (
    "SMTP_URL",
    "IMAP_URL",
    "MAILER_FROM",
    "MAILER_ALLOW_PRIVATE",
    "MAILER_BOUNCE_DOMAIN",
):
    os.environ.pop(_name, None)


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    """A data folder of this test's own."""
    settings.MAILER_DATA = tmp_path
    settings.CATCHER_FOLDER = tmp_path / "catcher"
    return tmp_path


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the network fails, naming the address."""
    import socket

    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if not (host.startswith("127.") or host in ("::1", "localhost")):
                raise AssertionError(f"a test reached for {host}: the network is never assumed")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
