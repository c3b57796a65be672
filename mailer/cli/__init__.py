"""The `mailer` command: one module a command, named as it is typed.

A command module has `arguments(parser)`, which declares its options, and `run(args)`, which does
it and returns what `--json` prints (or None). Exit codes: 0 done; 1 refused, the reason on
standard error; 2 wrong usage.
"""

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

#: Command → what it does, in the order of the journey.
COMMANDS = {
    "up": "run the embedded service in the foreground",
    "doctor": "say what is configured, what answers, and what is missing",
    "dkim-key": "make a key that signs mail, and say what to publish",
    "create-user": "make a staff account; the password from a prompt or standard input",
    "add-source": "add a feed, a site or a local file",
    "import-sources": "add the feeds of another reader's OPML file",
    "export-sources": "write the sources to standard output as OPML",
    "fetch": "fetch the sources that are due, or the named ones",
    "compile": "draft the next issue of a publication and compile its editions",
    "render": "write an issue's editions to a folder",
    "approve": "sign off an issue's editions",
    "send": "send an issue to its lists",
    "pause": "pause a mailing",
    "resume": "let a paused mailing go on",
    "cancel": "cancel what a mailing has not sent",
    "limits": "list, set or remove how fast mail may go",
    "retry": "send again to those who were refused, or to those in doubt",
    "ledger": "print one row per recipient of an issue",
    "history": "print what happened to one person's mail",
    "declare": "print articles × readers per title, for a press-review licence",
    "receive": "take a report that came back, from standard input, by LMTP, or from the box",
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
    try:
        import django

        django.setup()
    except (OSError, ValueError) as wrong:
        return refuse(f"A setting cannot be used: {wrong}. docs/settings.md describes each.")
    chosen = next((word for word in argv if word in COMMANDS), None)
    args = _parser(chosen).parse_args(argv)
    from django.utils import translation

    # Operators share logs and scripts: a command speaks English, whoever types it.
    with translation.override("en"), _quiet(args.module):
        return _act(args)


def refuse(sentence: str) -> int:
    """Say on standard error why it is not done; the exit code for that."""
    print(sentence, file=sys.stderr)
    return 1


@contextmanager
def _quiet(module: ModuleType) -> Iterator[None]:
    """A command says by itself what happened; only a service writes a log."""
    log = logging.getLogger("mailer")
    before = log.level
    log.setLevel(before if getattr(module, "LOGS", False) else logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def _act(args: argparse.Namespace) -> int:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from mailer.cli.schema import bring_up_to_date
    from mailer.errors import MailerError

    try:
        if getattr(args.module, "NEEDS_DATABASE", True):
            bring_up_to_date()
        answer: Any = args.module.run(args)
    except MailerError as refusal:
        return refuse(str(refusal))
    except (DatabaseError, ImproperlyConfigured) as wrong:
        logging.getLogger(__name__).debug("the database failed", exc_info=True)
        said = str(wrong).strip().splitlines() or [type(wrong).__name__]
        return refuse(f"The database cannot be used: {said[0]}. Look at DATABASE_URL.")
    except EOFError:
        return refuse("The input ended before there was an answer.")
    except KeyboardInterrupt:
        # As a shell says it: 128 + SIGINT.
        print("Interrupted. What was begun goes on from where it stands.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader went away (`| head`): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if getattr(args, "json", False):
        print(json.dumps(answer, ensure_ascii=False, default=str))
    return 0
