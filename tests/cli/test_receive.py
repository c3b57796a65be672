"""`mailer receive`: the pipe of an MTA, and what mails are taken for."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mailer.cli import run
from mailer.receipts.models import Receipt
from tests.fakes.imap import FakeImap
from tests.mailings.story import ROOT
from tests.receipts.reports import report, words
from tests.receipts.story import AMINA, sent, suppressed, verp

pytestmark = pytest.mark.django_db


def piped(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))


def test_an_mta_pipes_a_report_and_its_recipient(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sent()
    piped(monkeypatch, report("x@example.net", back_to="revue@example.org") + b"y" * 2_000_000)
    assert run(["receive", "--recipient", verp(AMINA), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"taken": "done"}
    assert suppressed() == {AMINA: "bounce"}
    assert Receipt.objects.get().way == "pipe"


def test_whatever_is_piped_is_taken_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for raw in (b"", b"\xff\x00" * 500, words("Bonjour", Subject="x")):
        piped(monkeypatch, raw)
        assert run(["receive"]) == 0
    assert capsys.readouterr().out == "ignored\n" * 3


def test_what_cannot_be_recorded_is_kept_by_the_mta(tmp_path: Path) -> None:
    gone = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "MAILER_DATA": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-m", "mailer", "receive"],
        input=report(AMINA),
        cwd=ROOT,
        env={**os.environ, **gone},
        capture_output=True,
        timeout=60,
    )
    assert told.returncode == 75
    assert b"try again later" in told.stderr


def test_files_are_read_and_nothing_is_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = tmp_path / "report.eml"
    mail.write_bytes(report(AMINA))
    assert run(["receive", "--read", str(mail), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["mails"]
    assert (told["verdict"], told["findings"][0]["recipient"]) == ("hard", AMINA)
    assert run(["receive", "--read", str(mail)]) == 0
    assert capsys.readouterr().out.startswith("hard ")
    assert not Receipt.objects.exists()


def test_the_box_is_visited_when_asked(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    sent()
    with FakeImap([report(AMINA, back_to=verp(AMINA))]) as fake:
        settings.IMAP_URL = fake.url
        assert run(["receive", "--box", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"taken": 1}
    assert run(["receive", "--box"]) == 1
    assert "IMAP_URL" in capsys.readouterr().err
