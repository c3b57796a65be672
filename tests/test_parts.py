"""`./run test`: each test runs in some half, one that is marked `once` in no more than one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.halves import BEHIND, FOUND, HALVES, LONG, VARIABLE, Found, Run, deal, half_of, takes
from tests.parts import outcome

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[1]
#: As tests/parts.py pairs them.
RUNS = (Run(sqlite=True, half=0), Run(sqlite=False, half=1))


def test_every_test_here_runs_in_a_half_and_once_is_once(pytestconfig: pytest.Config) -> None:
    for test in pytestconfig.stash[FOUND]:
        times = sum(takes(run, test) for run in RUNS)
        alone = {"once", "postgresql"} & test.marks
        assert times == (1 if alone else 2), test


def test_a_run_by_itself_takes_everything_its_database_can_show(
    pytestconfig: pytest.Config,
) -> None:
    for test in pytestconfig.stash[FOUND]:
        assert takes(Run(sqlite=False, half=None), test)
        assert takes(Run(sqlite=True, half=None), test) == ("postgresql" not in test.marks)


def test_what_is_marked_twice_is_not_lost() -> None:
    marks = frozenset({"once", "postgresql"})
    for number in range(9):
        test = Found("test_it", f"tests/test_{number}.py", marks)
        assert [takes(run, test) for run in RUNS] == [False, True]


_SUITE = """\
import pytest

@pytest.mark.once
def test_once(): pass

def test_twice(): pass
"""
_SETTINGS = """\
SECRET_KEY = "x"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
"""


def _passed(folder: Path, half: str | None, *words: str) -> list[str]:
    """What passed in a suite of small files, run as a half of it."""
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:django", "-p", "tests.halves", "-rp", *words],
        cwd=folder,
        env={"PYTHONPATH": f"{ROOT}:{folder}", "DJANGO_SETTINGS_MODULE": "small"}
        | ({} if half is None else {VARIABLE: half}),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    lines = told.stdout.split("\n")
    return sorted(line.removeprefix("PASSED ") for line in lines if line.startswith("PASSED "))


def test_the_halves_of_a_suite_make_the_whole(tmp_path: Path) -> None:
    (tmp_path / "small.py").write_text(_SETTINGS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = once\n")
    files = [f"test_{number}.py" for number in range(12)]
    for file in files:
        (tmp_path / file).write_text(_SUITE)

    first, second, whole = (_passed(tmp_path, half) for half in ("0", "1", None))

    assert whole == sorted(f"{file}::test_{times}" for file in files for times in ("once", "twice"))
    assert sorted([*first, *second]) == sorted([*whole, *(f"{file}::test_twice" for file in files)])
    assert len(first) > 12 < len(second)
    assert _passed(tmp_path, None, "test_3.py") == ["test_3.py::test_once", "test_3.py::test_twice"]


def test_a_file_falls_to_the_same_half_whatever_else_is_asked_for() -> None:
    assert {half_of(file) for file in LONG} == set(HALVES)
    assert all(half_of(file) == half for file, half in deal(LONG).items())
    assert half_of("tests/web/test_bell.py") in HALVES


def test_the_halves_end_at_about_the_same_time() -> None:
    sums = [
        BEHIND[half] + sum(LONG[file] for file in LONG if half_of(file) == half) for half in HALVES
    ]

    assert abs(sums[0] - sums[1]) <= sum(sums) / 20


def test_every_long_file_is_there_and_marked() -> None:
    for file in LONG:
        text = (ROOT / file).read_text()
        assert re.search(r"mark\.once|in_a_browser|import .*pytestmark", text), file


def test_what_failed_is_named_and_the_last_line_sums_up() -> None:
    told = """\
ERROR    mailer.smtp:pool.py:12 a line that a test logged
=== short test summary info ===
FAILED tests/test_one.py::test_this - assert 1 == 2
ERROR tests/test_two.py::test_that
1 failed, 3 passed, 1 error in 2.50s
"""

    failed, summary = outcome(told)

    assert [line.split(" ")[1] for line in failed] == [
        "tests/test_one.py::test_this",
        "tests/test_two.py::test_that",
    ]
    assert summary == "1 failed, 3 passed, 1 error in 2.50s"
    assert outcome("2 passed in 0.10s\n") == ([], "2 passed in 0.10s")
