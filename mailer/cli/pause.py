"""`mailer pause MAILING`: let nothing more of a mailing begin."""

import argparse

from mailer.mailings import control


def arguments(parser: argparse.ArgumentParser) -> None:
    """MAILING [--json]."""
    parser.add_argument("mailing", type=int, metavar="MAILING")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Do it, and say so."""
    control.pause(args.mailing, None)
    if not args.json:
        print(f"Mailing {args.mailing} is paused.")
    return {"mailing": args.mailing, "state": str(control.find(args.mailing).state)}
