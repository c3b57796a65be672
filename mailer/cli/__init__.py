"""The `mailer` command: one module a command, named as it is typed.

A command module has `arguments(parser)`, which declares its options, and `run(args)`, which does
it and returns what `--json` prints (or None). Exit codes: 0 done; 1 refused, the reason on
standard error; 2 wrong usage.
"""

import argparse
import json
import os
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

#: Command → what it does, in the order of the journey.
COMMANDS = {
    "up": "run the embedded service in the foreground",
    "doctor": "say what is configured, what answers, and what is missing",
    "create-user": "make a staff account; the password from a prompt or standard input",
    "add-source": "add a feed, a site or a local file",
    "fetch": "fetch the sources that are due, or the named ones",
    "compile": "draft the next issue of a publication and compile its editions",
    "render": "write an issue's editions to a folder",
    "approve": "sign off an issue's editions",
    "send": "send an issue to its lists",
    "pause": "pause a mailing",
    "resume": "let a paused mailing go on",
    "cancel": "cancel what a mailing has not sent",
    "ledger": "print one row per recipient of an issue",
    "import-subscribers": "add people from a CSV file to a list",
    "export-subscribers": "write people to standard output as CSV",
    "migrate": "bring the database up to date",
}


def _module(command: str) -> ModuleType:
    return import_module("mailer.cli." + command.replace("-", "_"))


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    """The whole parser; only the chosen command's module is imported, to start quickly."""
    parser = argparse.ArgumentParser(prog="mailer", description="The press-review mailer.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        sub = subparsers.add_parser(name, help=summary, description=summary)
        if name == chosen:
            module = _module(name)
            module.arguments(sub)
            sub.set_defaults(module=module)
    return parser


def main(argv: list[str] | None = None) -> None:
    """Run one command and exit."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: list[str]) -> int:
    """Run one command; returns the exit code (argparse itself exits with 2)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailer.settings")
    import django

    django.setup()
    chosen = next((word for word in argv if word in COMMANDS), None)
    args = _parser(chosen).parse_args(argv)
    return _act(args)


def _act(args: argparse.Namespace) -> int:
    from mailer.cli.schema import bring_up_to_date
    from mailer.errors import MailerError

    try:
        if getattr(args.module, "NEEDS_DATABASE", True):
            bring_up_to_date()
        answer: Any = args.module.run(args)
    except MailerError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader went away (`| head`): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if getattr(args, "json", False):
        print(json.dumps(answer, ensure_ascii=False, default=str))
    return 0
