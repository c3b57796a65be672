"""`mailer up`, the real one, in a data folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailer.embedded.place import free_port
from tests.fakes.imap import FakeImap

pytestmark = pytest.mark.once


@dataclass
class Service:
    """A running `mailer up` and where it is."""

    process: subprocess.Popen[str]
    data: Path
    port: int
    environment: dict[str, str]

    def programs(self) -> dict[int, str]:
        """Every process under it: number → command line."""
        found: dict[int, str] = {}
        above = {self.process.pid}
        while above:
            above = {pid for pid, parent in _parents().items() if parent in above} - set(found)
            found |= {pid: _words(pid) for pid in above}
        return found

    def one(self, word: str) -> int:
        """The number of the direct child whose command line has `word`."""
        direct = [pid for pid, parent in _parents().items() if parent == self.process.pid]
        return next((pid for pid in direct if word in _words(pid)), 0)

    def answers(self) -> bool:
        """Whether the web answers /healthz."""
        return self.status("/healthz") == 200

    def status(self, path: str) -> int:
        """What the web answers; 0 when nobody does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as page:
                return int(page.status)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code
        except OSError:
            return 0


def _parents() -> dict[int, int]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(") ", 1)[1].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if fields[0] != "Z":
                found[int(entry.name)] = int(fields[1])
    return found


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _until(holds: Callable[[], object], seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.1)


def _start(data: Path, **more: str) -> Service:
    port = free_port()
    names = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "MAILER_URL")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    environment |= {"MAILER_DATA": str(data), **more}
    words = [sys.executable, "-m", "mailer", "up", "--port", str(port)]
    process = subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return Service(process, data, port, environment)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """An embedded service that has started, in a folder whose name has a space."""
    running = _start(tmp_path / "press review")
    _until(lambda: (running.data / "services.json").exists() and running.answers())
    yield running
    running.process.kill()
    running.process.communicate()


def test_it_starts_heals_what_dies_and_leaves_nothing_behind(service: Service) -> None:
    told = json.loads((service.data / "services.json").read_text())
    assert told["url"] == f"http://127.0.0.1:{service.port}"
    assert told["pid"] == service.process.pid
    assert told["smtp"].startswith("smtp://127.0.0.1:")
    assert told["catcher"] == told["smtp"]
    assert service.status("/catcher/") == 200

    _another_one_is_refused(service)
    _every_program_stays_small(service)
    for word in ("gunicorn", "mailings@", "redis-server", "mailer.catcher"):
        _a_killed_program_comes_back(service, word)
    _until(service.answers)

    programs = service.programs()
    service.process.send_signal(signal.SIGTERM)
    output, _ = service.process.communicate(timeout=15)
    assert service.process.returncode == 0, output
    assert not programs.keys() & _parents().keys()
    assert not (service.data / "services.json").exists()


def _another_one_is_refused(service: Service) -> None:
    words = [sys.executable, "-m", "mailer", "up", "--port", str(free_port())]
    second = subprocess.run(
        words, env=service.environment, capture_output=True, text=True, timeout=30
    )
    assert second.returncode == 1
    assert str(service.data) in second.stderr


def _every_program_stays_small(service: Service) -> None:
    """The promise: the web in 120 MB, a worker in 150 MB, each process."""
    _until(lambda: sum("celery" in words for words in service.programs().values()) == 6)
    for pid, words in service.programs().items():
        assert _megabytes(pid) < (120 if "gunicorn" in words else 150), words


def _a_killed_program_comes_back(service: Service, word: str) -> None:
    _until(lambda: service.one(word))
    killed = service.one(word)
    os.kill(killed, signal.SIGKILL)
    _until(lambda: service.one(word) not in (0, killed))


def test_killed_by_minus_nine_it_takes_its_programs_along_and_the_next_one_starts(
    service: Service,
) -> None:
    _until(lambda: len(service.programs()) >= 9)
    programs = service.programs()

    service.process.kill()

    _until(lambda: not programs.keys() & _parents().keys())
    following = _start(service.data)
    _until(following.answers)
    following.process.send_signal(signal.SIGINT)
    output, _ = following.process.communicate(timeout=15)
    assert following.process.returncode == 0, output


def test_with_a_relay_of_ones_own_there_is_no_inbox_of_caught_mail(tmp_path: Path) -> None:
    running = _start(tmp_path, SMTP_URL=f"smtp://127.0.0.1:{free_port()}")
    _until(running.answers)
    assert running.status("/catcher/") == 404
    running.process.send_signal(signal.SIGINT)
    output, _ = running.process.communicate(timeout=15)
    assert running.process.returncode == 0, output


def test_somebody_stays_at_the_bounce_box_and_is_put_back_when_he_dies(tmp_path: Path) -> None:
    with FakeImap([]) as box:
        running = _start(tmp_path, IMAP_URL=box.url)
        try:
            _until(lambda: "IDLE" in box.said, 90)
            box.put(b"Subject: Merci\r\n\r\nDe rien.\r\n")
            _until(lambda: box.boxes.get("ignored"))
            box.said.clear()
            _a_killed_program_comes_back(running, "receive")
            _until(lambda: "IDLE" in box.said)
        finally:
            running.process.send_signal(signal.SIGINT)
            output, _ = running.process.communicate(timeout=15)
    assert running.process.returncode == 0, output


def test_a_taken_port_is_refused_with_a_sentence(tmp_path: Path) -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        environment = {**os.environ, "MAILER_DATA": str(tmp_path), "DATABASE_URL": ""}
        words = [sys.executable, "-m", "mailer", "up", "--port", port]
        refused = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=30)

    assert refused.returncode == 1
    assert f"Port {port}" in refused.stderr
    assert "Traceback" not in refused.stderr
