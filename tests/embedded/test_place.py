"""The data folder of a running service."""

import json
import os
import socket
from pathlib import Path

import pytest

from mailer.embedded import place
from mailer.errors import Refused

pytestmark = pytest.mark.once


def test_a_second_service_on_one_folder_is_refused_by_name(tmp_path: Path) -> None:
    with (
        place.held(tmp_path / "up.lock"),
        pytest.raises(Refused, match=str(tmp_path)),
        place.held(tmp_path / "up.lock"),
    ):
        pass


def test_a_folder_is_free_again_after_its_service(tmp_path: Path) -> None:
    with place.held(tmp_path / "up.lock"):
        pass
    with place.held(tmp_path / "up.lock"):
        pass


def test_other_commands_can_read_where_the_service_is_while_it_lasts(tmp_path: Path) -> None:
    file = tmp_path / "services.json"

    with place.announced(file, {"url": "http://127.0.0.1:8011", "pid": os.getpid()}):
        assert json.loads(file.read_text())["url"] == "http://127.0.0.1:8011"
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_told_with_its_number() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(Refused, match=str(port)):
            place.port_must_be_free(port)


def test_a_free_port_is_free() -> None:
    place.port_must_be_free(place.free_port())
