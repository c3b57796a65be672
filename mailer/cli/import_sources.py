"""`mailer import-sources FILE.opml`: the feeds of another reader's list."""

import argparse
from pathlib import Path

from django.utils import timezone

from mailer.articles import opml
from mailer.curation.listing import bring_in
from mailer.errors import N_, Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    """FILE.opml [--publication SLUG] [--section SLUG] [--json]."""
    parser.description = "A folder that is called as a section of the publication goes there."
    parser.add_argument("file", metavar="FILE.opml", type=Path)
    parser.add_argument("--publication", default="revue-de-presse", metavar="SLUG")
    parser.add_argument("--section", default="", metavar="SLUG", help="for all other feeds")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Print the report; a feed that cannot be added says why and stops no other."""
    try:
        with args.file.open("rb") as file:
            body = file.read(opml.LARGEST + 1)
    except OSError as error:
        raise Refused(
            N_("The file %(path)s cannot be read. Check that it is there and readable."),
            path=str(args.file),
        ) from error
    place = f"{args.publication}/{args.section}"
    report = bring_in(opml.read(body), place, timezone.now())
    refused = [{"url": url, "reason": str(refusal)} for url, refusal in report.refused]
    if not args.json:
        for each in refused:
            print(f"{each['url']}: {each['reason']}")
        print(f"{report.added} added; {report.known} already known; {len(refused)} refused.")
    return {"added": report.added, "known": report.known, "refused": refused}
