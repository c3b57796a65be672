"""`mailer export-subscribers [--list SLUG]`: people, as CSV on standard output."""

import argparse
import sys

from mailer.subscribers.exporting import export_csv


def arguments(parser: argparse.ArgumentParser) -> None:
    """[--list SLUG]."""
    parser.add_argument("--list", dest="list_slug", metavar="SLUG", default="")


def run(args: argparse.Namespace) -> None:
    """Write the file; it can be imported again."""
    export_csv(sys.stdout, args.list_slug)
