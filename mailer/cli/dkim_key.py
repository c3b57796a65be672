"""`mailer dkim-key DOMAIN SELECTOR --out FILE`: a key that signs mail, and what to publish.

`--json`: {file, name, record, setting}.
"""

import argparse
import os
import re
from pathlib import Path

from mailer.errors import N_, Refused
from mailer.mime.dkim import DkimKey, new_pem
from mailer.mime.keyring import key_file

#: A key has nothing to do with rows.
NEEDS_DATABASE = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """DOMAIN SELECTOR --out FILE [--json]."""
    parser.add_argument("domain", metavar="DOMAIN", help="the domain of the sender's address")
    parser.add_argument("selector", metavar="SELECTOR", help="names this key, such as 2026a")
    parser.add_argument("--out", required=True, metavar="FILE", help="where the key is written")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, str]:
    """Make the key; refused when the file is there already, for a key in use must not be lost."""
    file = key_file(f"{args.domain}:{args.selector}:{Path(args.out).absolute()}")
    pem = new_pem()
    _write(file.path, pem)
    made = {
        "file": str(file.path),
        "name": f"{file.selector}._domainkey.{file.domain}",
        "record": DkimKey.from_pem(file.domain, file.selector, pem).record,
        "setting": f"MAILER_DKIM={file.domain}:{file.selector}:{file.path}",
    }
    if not args.json:
        print(f"The key is in {made['file']}: whoever reads it can sign as {file.domain}.")
        print(f"\nPublish its other half in the DNS:\n\n{zone_line(made['name'], made['record'])}")
        print(
            f"\nOnce it answers, set this, beside what stands there already:\n\n{made['setting']}"
        )
    return made


def zone_line(name: str, record: str) -> str:
    """A TXT record as a zone file has it: strings of 255 octets at most (RFC 1035 §3.3.14)."""
    parts = " ".join(f'"{part}"' for part in re.findall(".{1,255}", record))
    return f"{name}. IN TXT ( {parts} )"


def _write(path: Path, pem: bytes) -> None:
    try:
        place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(place, "wb") as file:
            file.write(pem)
    except OSError as error:
        raise Refused(
            N_("%(file)s cannot be written: %(reason)s."),
            file=str(path),
            reason=error.strerror or str(error),
        ) from error
