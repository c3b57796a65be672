"""`mailer dkim-key`: a key, what to publish and what to set."""

import json
import re
import stat
from pathlib import Path

import pytest

from mailer.cli import doctor
from mailer.cli.dkim_key import zone_line
from mailer.mime.dkim import DkimKey
from mailer.mime.keyring import keyring
from tests.cli.test_refusals import typed

pytestmark = pytest.mark.once


def test_a_person_reads_what_to_publish_and_what_to_set(tmp_path: Path) -> None:
    place = tmp_path / "k.pem"
    done = typed(tmp_path, "dkim-key", "CCME.example", "2026a", "--out", str(place))
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    setting = f"MAILER_DKIM=ccme.example:2026a:{place}"
    assert setting in done.stdout.splitlines()
    key = keyring((setting.partition("=")[2],)).of("revue@ccme.example")
    assert key is not None
    (line,) = [line for line in done.stdout.splitlines() if "IN TXT" in line]
    assert line == zone_line("2026a._domainkey.ccme.example", key.record)
    strings = re.findall(r'"([^"]*)"', line)
    assert "".join(strings) == key.record
    assert max(map(len, strings)) <= 255


def test_a_program_reads_the_same(tmp_path: Path) -> None:
    place = tmp_path / "k.pem"
    done = typed(tmp_path, "dkim-key", "ccme.example", "s1", "--out", str(place), "--json")
    told = json.loads(done.stdout)
    key = DkimKey.from_pem("ccme.example", "s1", place.read_bytes())
    assert told == {
        "file": str(place),
        "name": "s1._domainkey.ccme.example",
        "record": key.record,
        "setting": f"MAILER_DKIM=ccme.example:s1:{place}",
    }


def test_a_key_in_use_is_never_written_over(tmp_path: Path) -> None:
    place = tmp_path / "k.pem"
    place.write_text("a key in use")
    done = typed(tmp_path, "dkim-key", "ccme.example", "s1", "--out", str(place))
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert place.read_text() == "a key in use"


@pytest.mark.parametrize(
    ("domain", "selector", "file"),
    [("ccme", "s1", "k"), ("ccme.example", "s 1", "k"), ("ccme.example", "s1", "a key")],
)
def test_what_no_setting_could_name_is_refused(
    tmp_path: Path, domain: str, selector: str, file: str
) -> None:
    done = typed(tmp_path, "dkim-key", domain, selector, "--out", str(tmp_path / file))
    assert done.returncode == 1
    assert "domain:selector:/path/to/key.pem" in done.stderr
    assert not (tmp_path / file).exists()


def test_the_doctor_names_a_key_that_cannot_be_read(tmp_path: Path) -> None:
    place = tmp_path / "k.pem"
    typed(tmp_path, "dkim-key", "ccme.example", "s1", "--out", str(place))
    entries = f"ccme.example:s1:{place} press.example:s1:{tmp_path / 'none.pem'}"
    done = typed(tmp_path, "doctor", "--json", MAILER_DKIM=entries)
    found = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert found["dkim ccme.example"]["state"] == "ok"
    assert "s1._domainkey.ccme.example" in found["dkim ccme.example"]["says"]
    assert found["dkim press.example"]["state"] == "missing"
    assert "none.pem" in found["dkim press.example"]["says"]
    assert doctor.NEEDS_DATABASE is False
    done = typed(tmp_path, "doctor", "--json", MAILER_DKIM="ccme.example")
    found = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert found["dkim"]["state"] == "missing"
