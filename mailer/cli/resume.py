"""`mailer resume MAILING`: let a paused mailing go on."""

import argparse

from mailer.mailings import control
from mailer.tasks import ring_senders


def arguments(parser: argparse.ArgumentParser) -> None:
    """MAILING [--json]."""
    parser.add_argument("mailing", type=int, metavar="MAILING")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Do it, and say so."""
    control.resume(args.mailing, None)
    ring_senders(args.mailing)
    if not args.json:
        print(f"Mailing {args.mailing} goes on.")
    return {"mailing": args.mailing, "state": str(control.find(args.mailing).state)}
