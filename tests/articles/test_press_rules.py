"""The rules of the press, each with the tests that hold it: the table of docs/articles.md."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
ROWS = re.findall(
    r"^\| \*\*(.+?)\*\*: (.+?) \| (`.+`) \|$",
    (ROOT / "docs" / "articles.md").read_text(),
    re.MULTILINE,
)
PARAGRAPHS = {
    *("Fetch", "WordPress", "Parse", "Clean", "Canonical URL"),
    *("Identity", "Enrich", "Language", "Group", "Rights", "Never twice, never skipped"),
}


def test_every_paragraph_of_the_rules_is_held() -> None:
    assert {paragraph for paragraph, _, _ in ROWS} == PARAGRAPHS


@pytest.mark.parametrize(("rule", "cited"), [(row[1], row[2]) for row in ROWS])
def test_the_tests_that_hold_a_rule_are_there(rule: str, cited: str) -> None:
    for file, name in re.findall(r"`(\w+\.py)::(\w+)`", cited):
        found = [
            path for path in (ROOT / "tests").rglob(file) if f"def {name}(" in path.read_text()
        ]
        assert len(found) == 1, (rule, file, name)
