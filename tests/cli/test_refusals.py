"""What goes wrong in a command is told in a sentence, with the exit code for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def typed(data: Path, *words: str, says: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """A command as a person types it, in a data folder of its own."""
    names = ("DATABASE_URL", "REDIS_URL", "SMTP_URL")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-m", "mailer", *words],
        env=environment | {"MAILER_DATA": str(data)} | more,
        input=says,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("words", "database", "said"),
    [
        (("fetch",), "postgres://nobody@127.0.0.1:1/none", "The database cannot be used"),
        (("fetch",), "mysql://nobody@127.0.0.1/none", "A setting cannot be used"),
        (("fetch",), "carrots://x", "A setting cannot be used"),
        (("fetch", "9" * 30), "", "There is no source"),
        (("send", "7"), "", "There is no issue 7"),
        (("compile", "nothing"), "", "There is no publication"),
        (
            ("compile", "revue-de-presse", "--from", "2021-01-01", "--to", "2020-01-01"),
            "",
            "ends before it begins",
        ),
        (("add-source", "not-a-url"), "", "is no http or https address"),
        (("create-user", "salma", "--role", "editor"), "", ""),
    ],
)
def test_a_command_that_cannot_be_done_says_why(
    tmp_path: Path, words: tuple[str, ...], database: str, said: str
) -> None:
    done = typed(tmp_path, *words, DATABASE_URL=database)
    assert done.returncode == 1, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    done = typed(file / "under", "doctor")
    assert done.returncode == 1
    assert "A setting cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("percent", ["many", "-1", "101", "nan"])
def test_a_percentage_that_is_none_is_told(tmp_path: Path, percent: str) -> None:
    done = typed(tmp_path, "limits", MAILER_PAUSE_AT=percent)
    assert done.returncode == 1
    assert "MAILER_PAUSE_AT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["70000", "0", "web"])
def test_a_port_that_is_none_is_wrong_usage(tmp_path: Path, port: str) -> None:
    done = typed(tmp_path, "up", "--port", port)
    assert done.returncode == 2
    assert "--port" in done.stderr
