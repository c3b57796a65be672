"""`mailer create-user NAME --role ROLE`: a staff account; the password from a prompt or stdin."""

import argparse
import getpass
import sys

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from mailer.errors import N_, Refused
from mailer.web.roles import ADMINISTRATOR, PERMISSIONS


def arguments(parser: argparse.ArgumentParser) -> None:
    """NAME --role editor|publisher|administrator [--email ADDRESS]."""
    parser.add_argument("name", metavar="NAME", help="what the person types to log in")
    parser.add_argument("--role", required=True, choices=list(PERMISSIONS))
    parser.add_argument("--email", default="", metavar="ADDRESS", help="where tests are sent")


def run(args: argparse.Namespace) -> None:
    """Make the account; refused when the name is taken or the password too weak."""
    create(args.name, args.role, _password(), args.email)
    print(f"{args.name} can log in as {args.role}.")


def create(name: str, role: str, password: str, email: str = "") -> User:
    """A person with a role; administrators may enter the back room too. Raises Refused."""
    user = User(username=name, email=email, is_staff=role == ADMINISTRATOR)
    try:
        user.clean_fields(exclude=["password"])
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(N_("Not accepted: %(why)s"), why=" ".join(error.messages)) from None
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            user.groups.add(Group.objects.get(name=role))
    except IntegrityError:
        raise Refused(N_("There is a user “%(name)s” already."), name=name) from None
    return user


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != typed:
        raise Refused(N_("The two passwords differ."))
    return typed
