"""Tests that print: skipped, with a word, where the machine lacks what printing stands on."""

import ctypes
from pathlib import Path

import pytest

_NASKH = Path("/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf")


def _has_pango() -> bool:
    try:
        ctypes.CDLL("libpangoft2-1.0.so.0")
    except OSError:
        return False
    return True


needs_press = pytest.mark.skipif(
    not (_NASKH.exists() and _has_pango()),
    reason="Debian's libpangoft2-1.0-0 and fonts-noto-core are not on this machine",
)
