"""`mailer receive`: a report that came back is taken, whatever way it came.

From an MTA's pipe the exit code is what counts: 0 takes the mail away, 75 (EX_TEMPFAIL) has it
tried again. Nothing else is ever answered, so that no bounce of a bounce is made.
"""

import argparse
import sys
from pathlib import Path

from django.db import Error
from django.utils import timezone

from mailer.cli.schema import bring_up_to_date
from mailer.errors import MailerError
from mailer.receipts import lmtp, mailbox
from mailer.receipts.models import Way
from mailer.receipts.opened import MOST
from mailer.receipts.reading import read
from mailer.receipts.taking import take

#: What goes wrong with the database must not end in 1, which an MTA takes for a refusal.
NEEDS_DATABASE = False
LOGS = True

_TEMPFAIL = 75
#: What a pipe is read of; a report says what it says at its beginning.
_PIECE = 64 * 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    """[--recipient ADDRESS]… | --lmtp WHERE | --box [--stay] | --read FILE…"""
    parser.add_argument(
        "--recipient", metavar="ADDRESS", action="append", default=[], help="of the envelope"
    )
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--lmtp", metavar="WHERE", help="listen: host:port, or the path of a socket")
    way.add_argument("--box", action="store_true", help="visit the box of IMAP_URL")
    way.add_argument("--stay", action="store_true", help="stay at the box, and take what comes")
    way.add_argument("--read", metavar="FILE", nargs="+", help="only say what mails are, of files")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object] | None:
    """Do what was asked; without an option, take one mail from standard input."""
    if args.read:
        return _read(args.read, quiet=args.json)
    if not (args.lmtp or args.stay or args.box):
        return _pipe(args)
    bring_up_to_date()
    if args.lmtp:
        _listen(args.lmtp)
        return None
    if args.stay:
        mailbox.watch(lambda: False)
        return None
    taken = mailbox.visit()
    if not args.json:
        print(f"{taken} mails were taken from the box.")
    return {"taken": taken}


def _pipe(args: argparse.Namespace) -> dict[str, object]:
    raw = _beginning()
    try:
        bring_up_to_date()
        taken = take(Way.PIPE, raw, timezone.now(), args.recipient)
    except (Error, OSError, MailerError) as error:
        print(f"It could not be recorded, try again later: {error}", file=sys.stderr)
        sys.exit(_TEMPFAIL)
    if not args.json:
        print(taken)
    return {"taken": str(taken)}


def _beginning() -> bytes:
    """The beginning of standard input; the rest is let go, or the MTA sees a broken pipe."""
    kept = sys.stdin.buffer.read(MOST)
    while sys.stdin.buffer.read(_PIECE):
        pass
    return kept


def _listen(where: str) -> None:
    def taken(raw: bytes, recipients: tuple[str, ...]) -> None:
        take(Way.LMTP, raw, timezone.now(), recipients)

    with lmtp.Server(where, taken) as server:
        server.serve_forever()


def _read(files: list[str], *, quiet: bool) -> dict[str, object]:
    """What each file is taken for; nothing is recorded."""
    told: list[dict[str, object]] = []
    for name in files:
        found = read(Path(name).read_bytes())
        told.append(
            {
                "file": name,
                "verdict": found.finding.verdict.value,
                "findings": [
                    {
                        "verdict": one.verdict.value,
                        "recipient": one.recipient,
                        "status": one.status,
                        "code": one.code,
                        "text": one.text,
                    }
                    for one in found.findings
                ],
            }
        )
    if not quiet:
        for one in told:
            print(f"{one['verdict']:<12} {one['file']}")
    return {"mails": told}
