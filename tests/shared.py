"""Where the real feeds, pages and story pairs lie, when they are on this machine at all."""

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
_PLACES = [
    Path(os.environ["MAILER_SHARED_DATA"]) if "MAILER_SHARED_DATA" in os.environ else None,
    _ROOT.parent / "shared" / "data",
    _ROOT.parent.parent / "shared" / "data",
]
SHARED_DATA = next((place for place in _PLACES if place and place.is_dir()), None)

WHY_SKIPPED = "the shared data (../shared/data) are not on this machine"
#: Marks a test that reads the shared data: it skips, saying so, where they are absent.
needs_shared_data = pytest.mark.skipif(SHARED_DATA is None, reason=WHY_SKIPPED)


def shared(name: str) -> Path:
    """The path of a file or folder of the shared data."""
    assert SHARED_DATA is not None, "mark the test with needs_shared_data"
    return SHARED_DATA / name
