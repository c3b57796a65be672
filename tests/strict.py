"""Where a skipped test is a failure.

With CI=true or MAILER_STRICT_SKIPS=1 a run with a skipped test fails and names it, save the tests
that need the shared data, which are not part of the project.
"""

import os
from typing import Any

import pytest

from tests.shared import WHY_SKIPPED

_skipped: list[str] = []


def _strict() -> bool:
    return os.environ.get("CI") == "true" or os.environ.get("MAILER_STRICT_SKIPS") == "1"


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if WHY_SKIPPED not in reason:
        _skipped.append(f"{report.nodeid}: {reason}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember a test that was skipped."""
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Remember a whole file that was skipped."""
    _note(report)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a pass with skips into a failure."""
    if _strict() and _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name what was skipped, where that is a failure."""
    if _strict() and _skipped:
        terminalreporter.section("skipped, which is a failure here")
        for line in _skipped:
            terminalreporter.write_line(line)
