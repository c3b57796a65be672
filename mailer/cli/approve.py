"""`mailer approve ISSUE --by USER`: sign off the editions as they are stored."""

import argparse

from django.contrib.auth.models import User
from django.utils import timezone

from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.errors import N_, NotFound, Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    """ISSUE --by USER [--json]."""
    parser.add_argument("issue", type=int, metavar="ISSUE")
    parser.add_argument("--by", required=True, metavar="USER", help="a publisher's name")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Sign, and print the checksum that was signed."""
    now = timezone.now()
    by = _publisher(args.by)
    compile_issue(args.issue, now)
    approval = sign(args.issue, issue_checksum(args.issue), by, now)
    if not args.json:
        print(f"Issue {args.issue} is approved by {by.username}: {approval.checksum}")
    return {"issue": args.issue, "by": by.username, "checksum": approval.checksum}


def _publisher(name: str) -> User:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise NotFound(
            N_("There is no user “%(name)s”. `mailer create-user` makes one."), name=name
        )
    if not user.has_perm("curation.approve_issue"):
        raise Refused(N_("%(name)s may not approve: only a publisher may."), name=name)
    return user
