"""`mailer compile SLUG`: the next issue, drafted and compiled."""

import argparse

from django.utils import timezone

from mailer.articles.refresh import policy
from mailer.cli.warning import warn
from mailer.curation.compose import draft_issue, find_publication, period
from mailer.editions.compile import compile_issue
from mailer.editions.illustrations import fetch_for
from mailer.editions.printing import print_issue


def arguments(parser: argparse.ArgumentParser) -> None:
    """SLUG [--from ISO --to ISO] [--json]."""
    parser.add_argument("slug", metavar="SLUG", help="the publication")
    parser.add_argument("--from", dest="starts_at", metavar="ISO", help="inclusive")
    parser.add_argument("--to", dest="ends_at", metavar="ISO", help="exclusive")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Print the issue's id; with --json the editions too."""
    now = timezone.now()
    publication = find_publication(args.slug)
    issue = draft_issue(
        publication,
        now=now,
        starts_at=period(publication, args.starts_at),
        ends_at=period(publication, args.ends_at),
    )
    fetch_for(issue, policy())
    compile_issue(issue.pk, now)
    print_issue(issue.pk, now)
    editions = issue.editions.order_by("pk")
    warn(issue.pk)
    if not args.json:
        print(issue.pk)
    return {
        "issue": issue.pk,
        "number": issue.number,
        "editions": [
            {
                "language": edition.language,
                "subject": edition.subject,
                "checksum": edition.checksum,
                "articles": edition.articles,
            }
            for edition in editions
        ],
    }
