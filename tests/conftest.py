"""What every test stands on: its own data folder, loopback sockets only, quick passwords."""

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


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a test writes into the tree, it writes when it is asked to."""
    parser.addoption("--pictures", action="store_true", help="draw docs/desk/ anew")


def pytest_configure() -> None:
    """A password costs nothing to make: a real one takes a quarter of a second, in every test that
    has a person. Those that the product's own processes have made can be checked all the same.
    """
    from django.conf import settings

    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    settings.PASSWORD_HASHERS = [quick, *settings.PASSWORD_HASHERS]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that commits ends by emptying all tables: it puts back what a new database holds."""
    whole = pytest.mark.django_db(transaction=True, serialized_rollback=True)
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            item.add_marker(whole, append=False)


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
