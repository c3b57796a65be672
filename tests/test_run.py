"""`./run`, on machines that have more or less than it needs."""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[1]


def _run(folder: Path, *words: str, path: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path, "HOME": str(folder / "no such home"), **settings}
    return subprocess.run(
        ["/bin/sh", str(folder / "run"), *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with nothing installed, in a folder whose name has a space."""
    folder = tmp_path / "press review"
    (folder / "bench").mkdir(parents=True)
    shutil.copy(ROOT / "run", folder / "run")
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    return folder


def _pretend(folder: Path, **programs: str) -> str:
    """A PATH with these programs alone, and the everyday ones of the system."""
    tools = folder / "bin"
    tools.mkdir()
    for name in ("dirname", "cksum", "sed", "rm", "cat", "find"):
        (tools / name).symlink_to(shutil.which(name) or "")
    for name, script in programs.items():
        program = tools / name.replace("_", ".")
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    return str(tools)


def test_help_names_every_verb(checkout: Path) -> None:
    told = _run(checkout, "help", path=os.environ["PATH"])

    assert told.returncode == 0
    for verb in (
        "demo",
        "mailer",
        "test",
        "check",
        "lint",
        "catalogues",
        "bench",
        "faults",
        "lock",
    ):
        assert f"./run {verb}" in told.stdout


def test_an_unknown_verb_is_wrong_usage(checkout: Path) -> None:
    told = _run(checkout, "dance", path=os.environ["PATH"])

    assert told.returncode == 2
    assert "dance" in told.stderr


def test_without_a_python_it_says_what_to_install(checkout: Path) -> None:
    told = _run(
        checkout, "mailer", path=_pretend(checkout, python3_12="exit 127", python3="exit 1")
    )

    assert told.returncode == 1
    assert "Install one" in told.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_without_venv_leaves_nothing_half_made(checkout: Path) -> None:
    without = f'[ "$2" = venv ] && exit 1; exec {sys.executable} "$@"'

    told = _run(checkout, "mailer", path=_pretend(checkout, python3_11=without))

    assert told.returncode == 1
    assert "-venv" in told.stderr
    assert not (checkout / ".venv").exists()


def test_the_python_of_the_distribution_is_taken_first(checkout: Path) -> None:
    own = [f"/usr/bin/python3.{minor}" for minor in (12, 11)]
    able = [one for one in own if _says(one, "-c", "import ensurepip") is not None]
    pretended = f'exec {sys.executable} "$@"'
    path = f"{_pretend(checkout, python3_12=pretended)}:/usr/bin"

    told = _run(checkout, "mailer", path=path, PIP_NO_INDEX="1")

    assert f"Making .venv with {_says((able or [sys.executable])[0], '--version')}" in told.stderr


def _says(*words: str) -> str | None:
    """What a program prints; None when there is none, or it fails."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    return None


def test_packages_that_cannot_be_had_are_told_and_asked_for_again(checkout: Path) -> None:
    # An environment is there already; its pip finds nothing.
    (checkout / ".venv" / "bin").mkdir(parents=True)
    python = checkout / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0; exit 1\n')
    python.chmod(0o755)

    for _ in range(2):
        told = _run(checkout, "mailer", "doctor", path=os.environ["PATH"])
        assert told.returncode == 1
        assert "PIP_FIND_LINKS" in told.stderr
