"""Two other ways to look at a DKIM signature: one by the letter of RFC 6376, one not ours at all.

`plain_signature` reduces the whole message line by line and signs that; `verdicts` asks Debian's
Mail::DKIM, with a file in place of the DNS.
"""

import re
import subprocess
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from mailer.mime.dkim import DkimKey, new_pem

_VERIFIER = Path(__file__).with_name("verify_dkim.pl")


def _has_mail_dkim() -> bool:
    try:
        found = subprocess.run(["perl", "-MMail::DKIM", "-e", "1"], capture_output=True)
    except FileNotFoundError:
        return False
    return found.returncode == 0


#: Marks a test that asks the verifier: it skips, saying so, where it is absent.
needs_mail_dkim = pytest.mark.skipif(
    not _has_mail_dkim(), reason="Mail::DKIM (Debian's libmail-dkim-perl) is not on this machine"
)


def new_key(domain: str, selector: str = "s1") -> DkimKey:
    return DkimKey.from_pem(domain, selector, new_pem())


def verdicts(mails: Sequence[bytes], keys: Sequence[DkimKey], folder: Path) -> list[str]:
    """What Mail::DKIM says of each: `pass`, `fail (…)`, `invalid (…)`, `none`."""
    records = folder / "records"
    records.write_text(
        "".join(f"{key.selector}._domainkey.{key.domain}\t{key.record}\n" for key in keys)
    )
    paths = [folder / f"{number}.eml" for number in range(len(mails))]
    for path, mail in zip(paths, mails, strict=True):
        path.write_bytes(mail)
    words = ["perl", str(_VERIFIER), str(records), *map(str, paths)]
    said = subprocess.run(words, capture_output=True, text=True, check=True)
    return said.stdout.splitlines()


def tags(mail: bytes) -> dict[str, str]:
    """The tags of the signature at the head of a mail, without their white space."""
    field = re.split(rb"\r\n(?![ \t])", mail)[0].partition(b":")[2].decode()
    pairs = (tag.partition("=") for tag in field.split(";"))
    return {name.strip(): "".join(value.split()) for name, _, value in pairs}


def plain_body(body: bytes) -> bytes:
    """RFC 6376 §3.4.4, line by line."""
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def plain_field(raw: bytes) -> bytes:
    """RFC 6376 §3.4.2, rule by rule; without the CRLF at its end."""
    name, _, value = raw.partition(b":")
    value = value.replace(b"\r\n", b"")
    value = re.sub(rb"[ \t]+", b" ", value).strip(b" ")
    return name.lower().rstrip(b" \t") + b":" + value


def plain_signature(mail: bytes, key: DkimKey) -> str:
    """The b= that a signed mail should carry, and its bh= on the way (§3.7)."""
    head, _, body = mail.partition(b"\r\n\r\n")
    own, *fields = re.split(rb"\r\n(?![ \t])", head)
    assert tags(mail)["bh"] == b64encode(sha256(plain_body(body)).digest()).decode()
    signed = []
    for name in tags(mail)["h"].split(":"):
        found = [field for field in fields if field.lower().startswith(name.encode() + b":")]
        if found:
            fields.remove(found[-1])
            signed.append(plain_field(found[-1]) + b"\r\n")
    unsigned = re.sub(rb"(;[ \t\r\n]*b=)[^;]*\Z", rb"\1", own)
    digest = sha256(b"".join(signed) + plain_field(unsigned)).digest()
    return b64encode(key.sign(digest)).decode()
