"""`mailer import-subscribers FILE.csv --list SLUG`: people from a file."""

import argparse
import sys
from pathlib import Path

from django.utils import timezone

from mailer.subscribers.importing import import_csv
from mailer.subscribers.taking import Report
from mailer.tasks import ring, send_letters


def arguments(parser: argparse.ArgumentParser) -> None:
    """FILE --list SLUG [--confirmed --consent TEXT] [--column NAME=MEANING] [--dry-run]."""
    parser.description = (
        "CSV or XLSX. Columns: email, name, language, and any more as attributes; the exports of"
        " listmonk, Mailchimp and WordPress plugins are known. Without --confirmed each person gets"
        " a mail that asks to confirm."
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--list", dest="list_slug", metavar="SLUG", required=True)
    parser.add_argument(
        "--confirmed", action="store_true", help="they agreed already; needs --consent"
    )
    parser.add_argument(
        "--consent", metavar="TEXT", default="", help="the words they agreed to, kept as proof"
    )
    parser.add_argument(
        "--column",
        dest="named",
        metavar="NAME=MEANING",
        action="append",
        default=[],
        type=_named,
        help="what a column is: email, name, first_name, last_name, language, status, left_at,"
        " dead_at, attributes (JSON), attribute, or nothing behind the sign to read past it",
    )
    parser.add_argument("--dry-run", action="store_true", help="report, and write nothing")
    parser.add_argument("--json", action="store_true")


def _named(text: str) -> tuple[str, str]:
    name, sign, meaning = text.rpartition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"{text} should be NAME=MEANING")
    return name, meaning.strip().lower()


def run(args: argparse.Namespace) -> dict[str, object]:
    """Print the report; a refused line says why and stops no other."""
    report = import_csv(
        args.file,
        args.list_slug,
        now=timezone.now(),
        confirmed=args.confirmed,
        consent=args.consent,
        named=dict(args.named),
        dry_run=args.dry_run,
        progress=_show if sys.stderr.isatty() else _be_silent,
    )
    if report.accepted and not args.confirmed and not args.dry_run:
        ring(send_letters)
    if not args.json:
        _print(report, asked=not args.confirmed)
        if args.dry_run:
            print("Nothing was written: this was a dry run.")
    refused = [{"line": each.line, "reason": str(each.reason)} for each in report.refused]
    return {"accepted": report.accepted, "known": report.known, "refused": refused}


def _print(report: Report, *, asked: bool) -> None:
    for each in report.refused:
        print(f"line {each.line}: {each.reason}")
    then = ", each asked by mail to confirm" if asked and report.accepted else ""
    left = f", {report.left} of whom unsubscribed and stay so" if report.left else ""
    if report.suppressed:
        left += f", {report.suppressed} of whom suppressed and stay so"
    print(
        f"{report.accepted} accepted{then}; {report.known} already known{left};"
        f" {len(report.refused)} refused."
    )
    if report.roles:
        print(f"{report.roles} of the new addresses are those of a function (contact@, info@ …).")


def _show(lines: int) -> None:
    print(f"\r{lines} lines", end="", file=sys.stderr, flush=True)


def _be_silent(_lines: int) -> None:
    """Where nobody watches."""
