"""Which half of `./run test` runs which tests.

The halves are the same suite on two databases, side by side (tests/parts.py). A test that the
database does not concern is marked `once`, and one half alone runs it: which, its file says, for
good, whatever else was asked for. A run by itself, of one file or on one database, is no half and
runs all of them.

A file goes whole, for its tests share a browser, a demo, a server. The long ones are dealt out,
the longest first, to the half that would end sooner; the others, a few seconds each, fall where
the sum of their name's bytes falls.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from zlib import crc32

import pytest

#: The half that this process is, "0" or "1"; unset in a run by itself.
VARIABLE = "MAILER_TESTS_HALF"
HALVES = (0, 1)

#: Seconds of the long files that are marked `once`, by a run of each on two cores that others used
#: as well: what counts is their proportion.
LONG = {
    "tests/web/test_desk_accessible.py": 200,
    "tests/web/test_public_browser.py": 112,
    "tests/web/test_inbox_browser.py": 85,
    "tests/journey/test_demo.py": 82,
    "tests/embedded/test_supervisor.py": 72,
    "tests/web/test_desk_browser.py": 65,
    "tests/faults/test_faults.py": 60,
    "tests/web/test_bench_browser.py": 48,
    "tests/journey/test_morning.py": 41,
    "tests/web/test_desk_imports_browser.py": 28,
    "tests/mailcheck/test_spam.py": 25,
    "tests/test_tasks.py": 15,
    "tests/mailings/test_limits.py": 15,
    "tests/mailings/test_round_trip.py": 14,
    "tests/editions/test_press.py": 12,
}


#: Seconds that each half is behind the other with what both run. Of 1,348 tests, side by side,
#: SQLite took 751 s and PostgreSQL 1,334 s; others used the machine as well, so it is half of that.
BEHIND = (0, 300)


def deal(seconds: Mapping[str, int]) -> dict[str, int]:
    """Each name's half, so that the halves end near each other."""
    sums, dealt = list(BEHIND), {}
    for name in sorted(seconds, key=lambda name: (-seconds[name], name)):
        dealt[name] = sums.index(min(sums))
        sums[dealt[name]] += seconds[name]
    return dealt


_dealt = cache(lambda: deal(LONG))


def half_of(file: str) -> int:
    """The half that runs the `once` tests of a file, named from the root of the checkout."""
    dealt = _dealt()
    return dealt[file] if file in dealt else crc32(file.encode()) % len(HALVES)


@dataclass(frozen=True)
class Run:
    """A run of pytest: on which database, and which half it is; None is a run by itself."""

    sqlite: bool
    half: int | None


@dataclass(frozen=True)
class Found:
    """A collected test: its name, its file from the root of the checkout, its marks."""

    name: str
    file: str
    marks: frozenset[str]


#: All that this run collected, before anything was left out.
FOUND = pytest.StashKey[list[Found]]()


def takes(run: Run, test: Found) -> bool:
    """Whether a run takes a test. What tells of PostgreSQL alone needs it, and no half."""
    if "postgresql" in test.marks:
        return not run.sqlite
    return "once" not in test.marks or run.half in (None, half_of(test.file))


def _this_run() -> Run:
    from django.conf import settings

    half = os.environ.get(VARIABLE)
    on_postgresql = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    return Run(sqlite=not on_postgresql, half=None if half is None else int(half))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, without a word of skipping, what this run does not take."""
    run = _this_run()
    found = [
        Found(
            item.nodeid,
            item.path.relative_to(config.rootpath).as_posix(),
            frozenset(marker.name for marker in item.iter_markers()),
        )
        for item in items
    ]
    config.stash[FOUND] = found
    left_out = [item for item, test in zip(items, found, strict=True) if not takes(run, test)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item, test in zip(items, found, strict=True) if takes(run, test)]
