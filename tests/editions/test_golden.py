"""The sample issue in three languages is what it was, to the byte."""

import pytest

from .golden import CODES, FOLDER, parts

pytestmark = pytest.mark.once
ANEW = "if it is meant, write it anew with: python -m tests.editions.golden"


@pytest.mark.parametrize("code", CODES)
def test_the_edition_is_the_golden_one(code: str) -> None:
    for name, content in parts(code).items():
        golden = (FOLDER / name).read_bytes().decode()
        assert content == golden, f"{name} has changed: {ANEW}"
