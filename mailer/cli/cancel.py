"""`mailer cancel MAILING`: cancel what has not begun; what was sent stays sent."""

import argparse
from dataclasses import asdict

from django.utils import timezone

from mailer.mailings import control, ledger


def arguments(parser: argparse.ArgumentParser) -> None:
    """MAILING [--json]."""
    parser.add_argument("mailing", type=int, metavar="MAILING")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Cancel, and print how many that spared; with --json all the sums."""
    spared = control.cancel(args.mailing, None, timezone.now())
    if not args.json:
        print(f"Mailing {args.mailing} is cancelled: {spared} get nothing of it.")
    return {"mailing": args.mailing, **asdict(ledger.sums(args.mailing))}
