"""One program: started again when it dies, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mailer.embedded.child import Child
from mailer.embedded.plan import Program

pytestmark = pytest.mark.once


def _child(code: str, logs: Path, **options: str) -> Child:
    program = Program("clerk", (sys.executable, "-c", code), **options)
    return Child(program, logs, dict(os.environ))


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


def test_a_program_that_dies_is_told_of_once_and_started_again(tmp_path: Path) -> None:
    child = _child("import time; time.sleep(60)", tmp_path)
    child.start()
    first = child.pid
    assert first
    os.kill(first, signal.SIGKILL)
    _until(lambda: not child.running)

    told = [child.mend()]
    _until(lambda: bool(told.append(child.mend())) or child.running)

    assert "clerk was ended by SIGKILL" in told[0]
    assert str(child.log) in told[0]
    assert not any(told[1:])
    assert child.pid != first
    child.end()


def test_a_program_that_keeps_dying_is_started_less_and_less_often(tmp_path: Path) -> None:
    child = _child("raise SystemExit(3)", tmp_path)
    child.start()
    told: list[str] = []

    def twice() -> bool:
        if line := child.mend():
            told.append(line)
        return len(told) == 2

    _until(twice)
    child.end()

    assert [line.rsplit(" in ", 1)[1] for line in told] == ["0.5 s", "1 s"]


def test_errors_in_its_log_are_told_and_nothing_else(tmp_path: Path) -> None:
    child = _child("print('12:00 INFO fine'); print('12:01 ERROR relay: down')", tmp_path)
    child.start()
    _until(lambda: not child.running)

    assert child.alarms() == ["clerk: 12:01 ERROR relay: down"]
    assert child.alarms() == []


def test_what_it_reads_at_its_start_is_given_to_it(tmp_path: Path) -> None:
    child = _child("import sys; print(sys.stdin.read())", tmp_path, stdin="port 0\n")
    child.start()
    _until(lambda: not child.running)

    assert "port 0" in child.log.read_text()


def test_its_own_children_end_with_it(tmp_path: Path) -> None:
    child = _child(
        "import subprocess, time\n"
        "print(subprocess.Popen(['sleep', '60']).pid, flush=True)\n"
        "time.sleep(60)",
        tmp_path,
    )
    child.start()
    _until(lambda: child.log.read_text().endswith("\n"))
    grandchild = int(child.log.read_text())

    child.end()

    _until(lambda: not _alive(grandchild))


def _alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_it_does_not_outlive_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys, time\n"
        "from mailer.embedded.child import Child\n"
        "from mailer.embedded.plan import Program\n"
        "sleeper = Program('clerk', (sys.executable, '-c', 'import time; time.sleep(60)'))\n"
        "child = Child(sleeper, pathlib.Path(sys.argv[1]), dict(os.environ))\n"
        "child.start()\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    words = [sys.executable, "-c", code, str(tmp_path)]
    supervisor = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout
    pid = int(supervisor.stdout.readline())
    assert _alive(pid)

    supervisor.kill()
    supervisor.communicate()

    _until(lambda: not _alive(pid))
