"""`mailer up`: the embedded service, in the foreground."""

import argparse

from django.conf import settings
from django.db import connections

from mailer.embedded.supervisor import Given, Supervisor


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--port N`, `--demo`."""
    parser.add_argument("--port", type=int, default=8000, help="port of the web (default 8000)")
    parser.add_argument("--demo", action="store_true", help="run the main job on sample sources")


def run(args: argparse.Namespace) -> None:
    """Run until Ctrl-C."""
    # The supervisor only watches: the programs have connections of their own.
    connections.close_all()
    Supervisor(given(args.port), _tell).run()


def given(port: int) -> Given:
    """What the settings say about this service."""
    return Given(
        data=settings.MAILER_DATA,
        lock=settings.UP_LOCK,
        services_file=settings.SERVICES_FILE,
        catcher_folder=settings.CATCHER_FOLDER,
        socket=settings.EMBEDDED_REDIS_SOCKET,
        url=settings.GIVEN_URL,
        redis=settings.GIVEN_REDIS_URL,
        smtp=settings.GIVEN_SMTP_URL,
        port=port,
    )


def _tell(line: str) -> None:
    print(line, flush=True)
