"""The fault suite's short form, and that the suite would notice what it looks for."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.faults.cases import Case
from tests.faults.hits import MissingNameError, find
from tests.faults.points import ELSEWHERE, HEALERS, WORKERS, WRAPS, names
from tests.servers import postgres_programs

ROOT = Path(__file__).resolve().parents[2]
VENDOR = "postgresql" if settings.DATABASES["default"]["ENGINE"].endswith("sql") else "sqlite"

#: What is broken, where that shows, and what the suite must say of it.
SABOTAGED = {
    "plain/after_dot.4/sabotaged-no-dots": "I2:",
    "plain/after_dot.4/sabotaged-late-dots": "I2:",
    "plain/after_dot.4/sabotaged-sent-again": "I2:",
    "plain/begun.1/sabotaged-nothing-taken-back": "I6:",
    "plain/claimed.1/with-unsubscribed/sabotaged-consent-ignored": "I3:",
    "plain/claimed.1/with-changed/sabotaged-checksum-ignored": "I4:",
    "plain/settle_after_commit.1/sabotaged-uncounted": "I1:",
}


# Forty seconds where nothing else runs; other tests run beside it, on slower machines too.
pytestmark = pytest.mark.timeout(300)


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The suite, with words of its command line."""
    command = [sys.executable, "-m", "tests.faults", "--report", str(folder / "report.md"), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)


def test_each_crash_point_and_each_fault_once(tmp_path: Path) -> None:
    if VENDOR == "postgresql" and postgres_programs() is None:
        pytest.skip("PostgreSQL's initdb is not on this machine")

    told = run(tmp_path, "--short", "--database", VENDOR)

    assert told.returncode == 0, told.stdout + told.stderr
    assert "after_dot.1" in (tmp_path / "report.md").read_text()


@pytest.mark.once
def test_what_breaks_a_rule_is_noticed(tmp_path: Path) -> None:
    words = [word for name in SABOTAGED for word in ("--only", name)]

    told = run(tmp_path, "--database", "sqlite", *words)

    assert told.returncode == 1
    report = (tmp_path / "report.md").read_text().splitlines()
    for name, rule in SABOTAGED.items():
        (line,) = [line for line in report if line.startswith(f"| `sqlite/{name}`")]
        assert rule in line, line


@pytest.mark.once
@pytest.mark.parametrize(
    "name",
    [
        "plain",
        "plain/after_dot.3",
        "plain/after_dot.3/with-database-restart/lives",
        "large/settle_before_commit.1/healer-forget_marks.2",
        "plain/with-cut-EHLO-7",
        "plain/begun.1/with-relay-DOT-stall/lives",
        "plain/after_dot.4/sabotaged-no-dots",
    ],
)
def test_a_case_is_played_again_by_its_name(name: str) -> None:
    assert Case.parse(name).name == name


@pytest.mark.once
@pytest.mark.parametrize("name", ["dance", "plain/dance.1", "plain/with-dance", "plain/healer-x.1"])
def test_a_name_that_is_none_is_told(name: str) -> None:
    with pytest.raises(ValueError, match="there is no"):
        Case.parse(name)


@pytest.mark.once
def test_a_name_that_the_product_has_no_more_fails_loudly() -> None:
    for gone in ("mailer.smtp.marks:Marks.dance", "mailer.smtp.marks:dance"):
        with pytest.raises(MissingNameError, match="no more"):
            find(gone)


@pytest.mark.once
def test_every_wrapped_point_is_played_and_every_played_one_is_wrapped() -> None:
    assert {name for wrap in WRAPS for name in names(wrap)} == {*WORKERS, *HEALERS, *ELSEWHERE}
