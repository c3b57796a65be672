"""`mailer declare --from DAY --to DAY`: articles × readers per title, as a licence bills them."""

import argparse
import sys
from dataclasses import asdict
from datetime import date

from mailer.curation.compose import find_publication
from mailer.errors import N_, Refused
from mailer.mailings.declaring import as_csv, declare
from mailer.mailings.report import folded


def arguments(parser: argparse.ArgumentParser) -> None:
    """[--publication SLUG] --from DAY --to DAY [--json]."""
    parser.add_argument("--publication", default="revue-de-presse", metavar="SLUG")
    parser.add_argument("--from", dest="since", required=True, metavar="DAY", help="2025-01-01")
    parser.add_argument("--to", dest="until", required=True, metavar="DAY", help="2025-12-31")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> list[dict[str, object]]:
    """A line per title; mailings whose readers are counted no more are named on standard error."""
    found = declare(find_publication(args.publication), _day(args.since), _day(args.until))
    for mailing in found.folded:
        print(folded(mailing), file=sys.stderr)
    if not args.json:
        sys.stdout.write(as_csv(found.lines))
    return [asdict(line) for line in found.lines]


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refused(
            N_("“%(typed)s” is not a date: write it as 2025-05-21."), typed=typed[:40]
        ) from None
