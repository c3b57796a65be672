"""`mailer limits`: how fast mail may go, to a relay and to a domain of recipients."""

import argparse

from django.utils import timezone

from mailer.mailings import limiting
from mailer.mailings.limits import EVERY, covered, per_second
from mailer.mailings.models import Limit, LimitScope


def arguments(parser: argparse.ArgumentParser) -> None:
    """[--relay HOST:PORT | --domain NAME] [--per-second N | --remove] [--json]."""
    of = parser.add_mutually_exclusive_group()
    of.add_argument("--relay", metavar="HOST:PORT", help="as in SMTP_URL")
    of.add_argument("--domain", metavar="NAME", help="of recipients; “*” is every other domain")
    to = parser.add_mutually_exclusive_group()
    to.add_argument("--per-second", metavar="N", help="mails a second, for all workers together")
    to.add_argument("--remove", action="store_true", help="let mail go without this limit")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(wrong=parser.error)


def run(args: argparse.Namespace) -> dict[str, object]:
    """Do the change, if one is asked for; then list the limits there are."""
    named = args.relay is not None or args.domain is not None
    changes = args.remove or args.per_second is not None
    if named != changes:
        args.wrong("name a --relay or a --domain together with --per-second or --remove")
    if named:
        _change(args)
    limits = limiting.standing()
    if not args.json:
        for limit in limits:
            print(_line(limit))
        if not limits:
            print("There is no limit: mail goes as fast as the relay takes it.")
    return {"limits": [_plain(limit) for limit in limits]}


def _change(args: argparse.Namespace) -> None:
    scope = LimitScope.DOMAIN if args.relay is None else LimitScope.RELAY
    name = args.domain if args.relay is None else args.relay
    if args.remove:
        limiting.take_away(scope, name, timezone.now())
    else:
        limiting.set_limit(scope, name, per_second(args.per_second), timezone.now())


def _line(limit: Limit) -> str:
    name = "every other domain" if limit.name == EVERY else limit.name
    also = ", ".join(covered(limit.name))
    figure = f"{limit.per_second:f}".rstrip("0").rstrip(".")
    return f"{limit.scope:<7} {name:<32} {figure:>9} a second" + (f"  ({also} too)" if also else "")


def _plain(limit: Limit) -> dict[str, object]:
    return {
        "scope": limit.scope,
        "name": limit.name,
        "covers": list(covered(limit.name)),
        "per_second": float(limit.per_second or 0),
    }
