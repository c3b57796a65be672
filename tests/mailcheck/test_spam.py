"""Every mail before SpamAssassin, as it leaves: `spamassassin -t -L`, all local rules."""

import os
import re
import shutil
import subprocess

import pytest

from mailer.editions.compose import Composed
from mailer.letters.compose import Written
from mailer.letters.message import message
from mailer.letters.models import Letter
from mailer.mailings.message import compile_copy
from mailer.mime.headers import date_text
from mailer.mime.segments import marker
from tests.editions.mails import every_mail
from tests.editions.sample import hole
from tests.people import WEDNESDAY

pytestmark = [
    pytest.mark.once,
    pytest.mark.timeout(600),  # a start of Java or Perl over all mails, on a machine that is busy
    pytest.mark.skipif(
        not shutil.which("spamassassin"), reason="Debian's spamassassin is not on this machine"
    ),
]

_SITE = "https://presse.example.org"
_NONCE = "00c0ffee00c0ffee"
#: What is written behind a mail in the box: its name, then the lines of its points.
_TABLE = re.compile(
    r"(?ms)^X-Checked: (\S+)$(?:(?!^X-Checked).)*?"
    r"^Content analysis details:.*?^-{4} -[- ]*\n(.*?)\n\n"
)


def as_it_leaves(code: str, name: str, mail: Composed | Written) -> bytes:
    """The bytes of Youssef's copy."""
    if not isinstance(mail, Composed) or name == "test":
        letter = Letter(
            recipient="youssef@example.com",
            language=code,
            sender="revue@presse.example.org",
            sender_name="Revue de presse",
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            message_id="<0123456789abcdef0123456789abcdef@presse.example.org>",
        )
        return message(letter, WEDNESDAY)
    html, text = (_with_markers(part) for part in (mail.html, mail.text))
    headers = {
        "From": ["Revue de presse", "revue@presse.example.org"],
        "Reply-To": ["", "redaction@presse.example.org"],
        "List-Id": ["Revue de presse", "revue-de-presse.presse.example.org"],
        "Content-Language": code,
    }
    copy = compile_copy(7, headers, mail.subject, text, html, _NONCE)
    return copy.compiled.join(
        {
            "address": "youssef@example.com",
            "unsubscribe_url": f"{_SITE}/unsubscribe/AbCdEfGhIjKlMnOpQrStUvWxYz012345",
            "unsubscribe_token": "AbCdEfGhIjKlMnOpQrStUvWxYz01234567890123456789012345",
            "preferences_url": f"{_SITE}/preferences/AbCdEfGhIjKlMnOpQrStUvWxYz012345",
            "message_id": copy.message_ids.of("1"),
            "date": date_text(WEDNESDAY),
        }
    )


def _with_markers(part: str) -> str:
    for name in ("unsubscribe_url", "preferences_url"):
        part = part.replace(hole(name), marker(_NONCE, name))
    return part.replace("https://mailer.example", _SITE)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """By mail, the table of points that the filter writes under it: one start for all of them."""
    folder = tmp_path_factory.mktemp("spam")
    box = folder / "box"
    with box.open("wb") as mails:
        for code, name, mail in every_mail():
            raw = as_it_leaves(code, name, mail).replace(b"\r\n", b"\n")
            mails.write(b"From - Wed May 21 07:30:00 2025\n")
            mails.write(b"X-Checked: %s-%s\n" % (name.encode(), code.encode()) + raw + b"\n")
    run = subprocess.run(
        ["spamassassin", "-t", "-L", "--mbox", str(box)],
        capture_output=True,
        check=True,
        timeout=500,
        env={"HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
    )
    told = run.stdout.decode("utf-8", "replace")
    found = dict(re.findall(_TABLE, told))
    assert len(found) == len(list(every_mail()))
    return found


def points(table: str) -> dict[str, float]:
    """Rule → points."""
    found = re.findall(r"(?m)^\s*(-?\d+\.\d+) (\w+)", table)
    return {rule: float(given) for given, rule in found}


def test_no_mail_looks_like_spam(verdicts: dict[str, str]) -> None:
    given = {name: points(table) for name, table in verdicts.items()}
    assert all(given.values())
    assert {name: rules for name, rules in given.items() if round(sum(rules.values()), 1) > 0} == {}
    assert {name: rules for name, rules in given.items() if max(rules.values()) >= 0.5} == {}
