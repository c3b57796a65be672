"""The embedded Redis server: found, configured, and alone in its folder."""

import subprocess
import time
from pathlib import Path

import pytest
import redis as client

from mailer.embedded import redis
from mailer.errors import Misconfigured

pytestmark = pytest.mark.once


def test_it_keeps_a_log_of_writes_and_throws_nothing_away_when_full(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s a "data" folder'
    program = redis.program(tmp_path / "s" / "redis.sock", folder)
    server = subprocess.Popen(program.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        assert server.stdin
        server.stdin.write(program.stdin.encode())
        server.stdin.close()
        with _answering(tmp_path / "s" / "redis.sock") as line:
            config = line.config_get("*")
            assert config["appendonly"] == "yes"
            assert config["maxmemory-policy"] == "noeviction"
            assert config["dir"] == str(folder)
            assert config["port"] == "0"
    finally:
        server.terminate()
        server.wait()


def _answering(socket: Path) -> client.Redis:
    line = client.Redis(unix_socket_path=str(socket), decode_responses=True)
    for _ in range(200):
        try:
            line.ping()
            break
        except client.ConnectionError:
            time.sleep(0.02)
    return line


def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    open_to_all = tmp_path / "laid in our way"
    open_to_all.mkdir(mode=0o777)
    open_to_all.chmod(0o777)

    with pytest.raises(Misconfigured, match="laid in our way"):
        redis.private_folder(open_to_all)


def test_a_link_to_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "target")

    with pytest.raises(Misconfigured):
        redis.private_folder(tmp_path / "link")


def test_without_a_server_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redis, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(Misconfigured, match="install redis-server"):
        redis.find_server()
