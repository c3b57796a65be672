"""The data folder of a running service."""

import json
import os
import socket
import stat
import subprocess
import sys
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


def test_what_is_announced_is_for_this_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "services.json"
    before = os.umask(0o022)
    try:
        with place.announced(file, {"smtp": "smtp://salma:secret@relay.example:587"}):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_new_data_folder_is_for_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "var"
    words = [sys.executable, "-c", "import mailer.settings"]
    environment = {**os.environ, "MAILER_DATA": str(folder)}

    subprocess.run(words, env=environment, check=True, umask=0o022)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
