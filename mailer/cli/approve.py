"""`mailer approve ISSUE --by USER`: sign off the editions as they are stored."""

import argparse

from django.utils import timezone

from mailer.cli.person import person
from mailer.cli.warning import warn
from mailer.curation import signoff
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.printing import print_issue
from mailer.errors import N_
from mailer.mailings import fanout

_MAY_NOT = N_("%(name)s may not approve: only a publisher may.")


def arguments(parser: argparse.ArgumentParser) -> None:
    """ISSUE --by USER [--json]."""
    parser.add_argument("issue", type=int, metavar="ISSUE")
    parser.add_argument("--by", required=True, metavar="USER", help="a publisher's name")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Sign, and print what was signed: the editions' checksums are those that `compile` printed.

    Nothing is compiled here: what `render` showed is what is signed, whatever came in meanwhile. A
    PDF that no worker has printed yet is printed first.
    A second publisher countersigns, where MAILER_SECOND_PUBLISHER asks for two.
    """
    by = person(args.by, "curation.approve_issue", _MAY_NOT)
    print_issue(signoff.find(args.issue).pk, timezone.now())
    approval = sign(args.issue, issue_checksum(args.issue), by, timezone.now())
    issue = signoff.find(args.issue)
    editions = issue.editions.order_by("pk")
    lack = fanout.lacking(issue)
    warn(args.issue)
    if not args.json:
        print(f"Issue {args.issue} is approved by {by.username}: {approval.checksum}")
        for edition in editions:
            print(f"  {edition.language}  {edition.checksum}  {edition.subject}")
        if lack:
            print(lack)
    return {
        "issue": args.issue,
        "by": by.username,
        "checksum": approval.checksum,
        "signed_by": [one.by.username for one in signoff.signatures(args.issue) if one.by],
        "needs_second": lack is not None,
        "editions": [{"language": one.language, "checksum": one.checksum} for one in editions],
    }
