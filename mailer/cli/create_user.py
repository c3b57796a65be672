"""`mailer create-user NAME --role ROLE`: a staff account; the password from a prompt or stdin."""

import argparse
import getpass
import sys

from mailer.errors import N_, Refused
from mailer.web.accounts.staffing import create
from mailer.web.roles import PERMISSIONS


def arguments(parser: argparse.ArgumentParser) -> None:
    """NAME --role reader|editor|publisher|administrator [--email ADDRESS]."""
    parser.add_argument("name", metavar="NAME", help="what the person types to log in")
    parser.add_argument("--role", required=True, choices=list(PERMISSIONS))
    parser.add_argument("--email", default="", metavar="ADDRESS", help="where tests are sent")


def run(args: argparse.Namespace) -> None:
    """Make the account; refused when the name is taken or the password too weak."""
    create(args.name, args.role, _password(), args.email)
    print(f"{args.name} can log in as {args.role}.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != typed:
        raise Refused(N_("The two passwords differ."))
    return typed
