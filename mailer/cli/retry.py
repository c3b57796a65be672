"""`mailer retry MAILING --refused|--uncertain --by USER`: send it again to some of its readers."""

import argparse
import sys
from dataclasses import asdict

from django.utils import timezone

from mailer.cli.person import person
from mailer.errors import N_
from mailer.mailings import control, ledger, reasons
from mailer.mailings.refusals import HOPEFUL, NAMES, REASONS
from mailer.tasks import ring_senders

_MAY_NOT = N_("%(name)s may not send: only a publisher may.")


def arguments(parser: argparse.ArgumentParser) -> None:
    """MAILING --refused|--uncertain [--only REASON …] --by USER [--json]."""
    parser.add_argument("mailing", type=int, metavar="MAILING")
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("--refused", action="store_true", help="nobody gets it twice")
    whom.add_argument(
        "--uncertain", action="store_true", help="who did get it gets it twice, by one Message-ID"
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=list(REASONS),
        help="of the refused, those for this reason; again for more of them (without it all but"
        " no-mailbox, disabled and bad-address)",
    )
    parser.add_argument("--by", required=True, metavar="USER", help="a publisher's name")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(wrong=parser.error)


def run(args: argparse.Namespace) -> dict[str, object]:
    """Queue them again, and print how many they are; with --json all the sums too."""
    if args.uncertain and args.only:
        args.wrong("--only chooses among the refused")
    by = person(args.by, "mailings.send_issue", _MAY_NOT)
    if args.uncertain:
        count = control.resend_uncertain(args.mailing, by, timezone.now())
    else:
        kinds = {REASONS[name] for name in args.only} if args.only else HOPEFUL
        count = control.retry_refused(args.mailing, by, timezone.now(), kinds)
    if not ring_senders(args.mailing):
        print("It is recorded. It leaves as soon as `mailer up` runs.", file=sys.stderr)
    mailing = control.find(args.mailing)
    left = {NAMES[kind]: number for kind, number in reasons.refusals(mailing).items()}
    if not args.json:
        print(f"Mailing {mailing.pk}: {count} are queued again; it is {mailing.state}.")
        if args.refused and left:
            told = " · ".join(f"{name}: {number}" for name, number in left.items())
            print(f"Still refused: {told}")
    sums = asdict(ledger.sums(mailing.pk))
    return {
        "mailing": mailing.pk,
        "state": str(mailing.state),
        "again": count,
        "reasons": left,
        **sums,
    }
