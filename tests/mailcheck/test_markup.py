"""Every mail before the W3C's Nu validator: no error but those that mail clients force on us.

`npm pack vnu-jar` brings the validator, and `.ci/run` puts it where this looks: `var/vnu.jar`.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.editions.mails import every_mail

JAR = Path(os.environ.get("VNU_JAR", Path(__file__).resolve().parents[2] / "var" / "vnu.jar"))

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not JAR.exists(), reason=f"the Nu validator (vnu-jar) is not at {JAR}"),
    pytest.mark.skipif(not shutil.which("java"), reason="there is no java for the Nu validator"),
]

#: An error in a page and a need in a mail: without it Outlook shows the preheader.
_FORCED = re.compile(r"“mso-hide”: Property “mso-hide” doesn't exist")


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the validator says of all mails: one start of Java for all of them."""
    folder = tmp_path_factory.mktemp("mails")
    for number, (code, name, mail) in enumerate(every_mail()):
        (folder / f"{number}-{name}-{code}.html").write_text(mail.html, encoding="utf-8")
    run = subprocess.run(
        ["java", "-Xshare:auto", "-jar", str(JAR), "--format", "json", "--stdout", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    told: list[dict[str, Any]] = json.loads(run.stdout)["messages"]
    return told


def test_the_validator_has_read_them(messages: list[dict[str, Any]]) -> None:
    assert any("obsolete" in message["message"] for message in messages)


def test_no_error_but_those_that_mail_forces(messages: list[dict[str, Any]]) -> None:
    errors = [
        (message["url"].rpartition("/")[2], message["message"], message.get("extract"))
        for message in messages
        if message["type"] == "error" and not _FORCED.search(message["message"])
    ]
    assert errors == []
