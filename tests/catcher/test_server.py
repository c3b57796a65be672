"""The catcher on its socket, reached by the real wire and by the standard library."""

import asyncio
import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvloop

from mailer.catcher.box import list_mails, read_mail
from mailer.catcher.server import Catcher
from tests.fakes.post import crowd, kinds, letter, post


class Running:
    """`python -m mailer.catcher` in a process of its own."""

    def __init__(self, folder: Path, *words: str) -> None:
        program = [sys.executable, "-m", "mailer.catcher", "--folder", str(folder), *words]
        self.process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        found = re.search(r"127\.0\.0\.1:(\d+)", self.line)
        assert found is not None
        self.port = int(found[1])
        self.url = f"smtp://127.0.0.1:{self.port}"

    def end(self) -> tuple[int, str]:
        """Tell it to end; its exit code and all it printed after its first line."""
        os.kill(self.process.pid, signal.SIGTERM)
        rest, _ = self.process.communicate(timeout=20)
        return self.process.returncode, rest


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    yield running
    if running.process.returncode is None:
        running.end()


def test_mail_from_the_wire_is_kept_byte_for_byte(catcher: Running, tmp_path: Path) -> None:
    envelopes = crowd(150)
    assert kinds(post(catcher.url, envelopes)) == {"sent": 150}
    kept = {mail.recipients[0]: mail for mail in list_mails(tmp_path, per_page=1000)}
    assert len(kept) == 150
    for envelope in envelopes:
        mail = kept[envelope.recipient]
        assert read_mail(tmp_path, mail.number) == envelope.body
        assert mail.sender == envelope.sender


def test_mail_of_the_standard_library_is_kept_too(catcher: Running, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.port) as client:
        client.sendmail("r@press.ma", ["amina@example.org", "bilal@example.org"], "Subject: x\n\nx")
    (mail,) = list_mails(tmp_path)
    assert mail.recipients == ("amina@example.org", "bilal@example.org")
    assert read_mail(tmp_path, mail.number) == b"Subject: x\r\n\r\nx\r\n"


def test_it_says_one_line_and_ends_when_told_even_with_clients_there(catcher: Running) -> None:
    with socket.create_connection(("127.0.0.1", catcher.port)) as client:
        assert client.recv(100).startswith(b"220")
        assert catcher.end() == (0, "")
    assert catcher.line.count("\n") == 1


def test_numbers_go_on_where_an_earlier_catcher_ended(tmp_path: Path) -> None:
    for expected in ([1], [2, 1]):
        running = Running(tmp_path)
        post(running.url, [letter(1, "amina@example.org")])
        assert running.end()[0] == 0
        assert [mail.number for mail in list_mails(tmp_path)] == expected


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        program = [
            sys.executable,
            "-m",
            "mailer.catcher",
            "--folder",
            str(tmp_path),
            "--port",
            port,
        ]
        done = subprocess.run(program, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "cannot start" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_client_that_says_nothing_is_left(tmp_path: Path) -> None:
    async def go() -> bytes:
        catcher = Catcher(tmp_path, patience=0.1)
        port = await catcher.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
        async with asyncio.timeout(10):
            try:
                left = await reader.read()
            except ConnectionResetError:
                left = b""
        writer.close()
        await catcher.stop()
        return left

    assert uvloop.run(go()) == b""


def test_a_client_that_never_reads_does_not_fill_the_memory(tmp_path: Path) -> None:
    async def go() -> int:
        catcher = Catcher(tmp_path)
        port = await catcher.start()
        loop = asyncio.get_running_loop()
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.setblocking(False)
            sent = 0
            try:
                async with asyncio.timeout(1):
                    while sent < 256 * 2**20:
                        await loop.sock_sendall(client, b"NOOP\r\n" * 10_000)
                        sent += 60_000
            except TimeoutError:
                pass
        await catcher.stop()
        return sent

    # It reads no more once its own replies are not taken: the sockets' buffers are all there is.
    assert uvloop.run(go()) < 64 * 2**20


def test_only_the_newest_mails_stay(tmp_path: Path) -> None:
    running = Running(tmp_path, "--keep", "20")
    post(running.url, crowd(50))
    running.end()
    assert [mail.number for mail in list_mails(tmp_path)] == list(range(50, 30, -1))
    assert len(list(tmp_path.iterdir())) == 40
