"""The habits of the house, held by tests: layers, purity, settings, pins, words."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import grimp
import pytest
import yaml
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from mailer.embedded import plan

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "mailer").rglob("*.py"))
FRAMEWORKS = {"django", "celery", "redis", "requests", "urllib3", "kombu", "psycopg"}


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("mailer", include_external_packages=True, cache_dir=None)


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _is_pure(path: Path) -> bool:
    text = path.read_text()
    if "(pure)" not in text:
        return False  # most are not, and a tree is slow to read
    docstring = ast.get_docstring(ast.parse(text)) or ""
    return "(pure)" in docstring.split("\n\n")[0].split("\n")[0]


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_a_stage_imports_only_earlier_stages(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize("path", [path for path in SOURCES if _is_pure(path)], ids=_module)
def test_a_module_that_calls_itself_pure_is(path: Path) -> None:
    known = _graph().find_upstream_modules(_module(path))

    assert not known & FRAMEWORKS


def test_celery_is_imported_in_its_two_files_only() -> None:
    users = _graph().find_modules_that_directly_import("celery")

    assert users <= {"mailer.celery", "mailer.tasks"}


def _settings_read() -> set[str]:
    text = (ROOT / "mailer" / "settings.py").read_text()
    return set(re.findall(r'_(?:env|list|count|percent)\(\s*"([A-Z_]+)"', text))


def test_every_setting_is_described_and_nothing_else_is() -> None:
    described = re.findall(
        r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE
    )

    assert sorted(described) == sorted(_settings_read())


#: Who hands the environment on to a child, or names Django's settings, and reads no setting.
_HANDS_ON = {"embedded/supervisor.py", "articles/reader.py", "editions/press.py"}


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        str(path.relative_to(ROOT / "mailer"))
        for path in SOURCES
        if re.search(r"os\.(environ(?!\.setdefault\(\"DJANGO)|getenv)", path.read_text())
    }

    assert readers <= {"settings.py"} | _HANDS_ON


@cache
def _compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_compose_starts_the_programs_of_the_embedded_service() -> None:
    services = _compose()["services"]

    assert tuple(services["web"]["command"]) == plan.web("0.0.0.0:8000")
    assert tuple(services["worker"]["command"]) == plan.background()
    assert tuple(services["worker-mailings"]["command"]) == plan.mailings(2)
    assert tuple(services["beat"]["command"]) == plan.beat()
    assert tuple(services["mailbox"]["command"]) == ("python", "-m", *plan.watcher())
    assert services["catcher"]["profiles"] == ["catcher"]


def test_compose_uses_the_settings_by_their_names() -> None:
    for name in ("web", "worker", "worker-mailings", "beat", "catcher", "migrate"):
        assert set(_compose()["services"][name]["environment"]) <= _settings_read(), name


def test_compose_keeps_redis_from_losing_and_from_forgetting() -> None:
    words = _compose()["services"]["redis"]["command"]

    assert words[words.index("--appendonly") + 1] == "yes"
    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"


def test_compose_asks_every_server_whether_it_is_well() -> None:
    asked = {name for name, service in _compose()["services"].items() if "healthcheck" in service}

    assert asked >= {"web", "worker", "worker-mailings", "redis", "postgres", "catcher"}


def test_compose_publishes_nothing_but_the_web_and_that_on_loopback() -> None:
    ports = {
        name: service["ports"]
        for name, service in _compose()["services"].items()
        if "ports" in service
    }

    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_the_image_runs_as_nobody_special_and_installs_by_hash() -> None:
    lines = (ROOT / "Dockerfile").read_text()

    assert re.search(r"^USER (?!root|0)\w+", lines, re.MULTILINE)
    assert "--require-hashes" in lines
    release = re.search(r"^ARG PYTHON=3\.12\.(\d+)", lines, re.MULTILINE)
    assert release
    assert int(release[1]) >= 13


def _pins(name: str) -> dict[str, set[str]]:
    """Requirement → its hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    lines = [line.split() for line in text.splitlines() if line.strip()]
    return {
        " ".join(word for word in words if not word.startswith("--hash=")): {
            word for word in words if word.startswith("--hash=")
        }
        for words in lines
    }


@pytest.mark.parametrize("name", ["main", "test", "pdf"])
def test_every_pin_has_hashes_and_names_no_index(name: str) -> None:
    assert all("==" in pin and hashes for pin, hashes in _pins(name).items())
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    assert "--index" not in text


def test_tests_run_on_the_very_pins_of_the_product() -> None:
    versions = {pin.split(" ;")[0] for pin in _pins("test")}

    for name in ("main", "pdf"):
        assert {pin.split(" ;")[0] for pin in _pins(name)} <= versions


def _function_lengths(path: Path) -> list[tuple[int, str]]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        ((node.end_lineno or 0) - node.lineno + 1, f"{_module(path)}.{node.name}")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, functions)
    ]


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        (lines, name)
        for path in SOURCES
        for lines, name in _function_lengths(path)
        if lines > 45 and "migrations" not in path.parts
    ]

    assert long == []


def test_no_file_is_named_for_what_it_is_not() -> None:
    vague = {"utils.py", "helpers.py", "services.py", "manager.py", "base.py"}

    assert not [path for path in SOURCES if path.name in vague]


#: Spelled in halves, so that this file does not find itself.
_UNFINISHED = ["TO" + "DO", "FIX" + "ME", "Not" + "ImplementedError", "pragma: no" + " cover"]
_OF_ONE_MACHINE = ["/wo" + "rk/", "/ho" + "me/", "py" + "pi.org", "/opt/" + "wheels"]


def test_nothing_is_left_unfinished_and_nothing_tells_of_one_machine() -> None:
    found = [
        (str(path.relative_to(ROOT)), word)
        for path in _tracked()
        if path.suffix in {".py", ".md", ".txt", ".html", ".css", ".toml", ".yml", ".in", ""}
        for word in _UNFINISHED + _OF_ONE_MACHINE
        if word in path.read_text(errors="replace")
    ]

    assert found == []


def test_every_silenced_rule_has_its_reason_beside_it() -> None:
    silenced = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b(?P<rest>.*)")
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _tracked()
        if path.suffix == ".py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (found := silenced.search(line)) and not re.search(r"( -|#) \w", found["rest"])
    ]

    assert bare == []
