"""`mailer up`: the embedded service, in the foreground."""

import argparse
from collections.abc import Mapping

from django.conf import settings
from django.db import connections

from mailer.demo.state import State, remembered
from mailer.embedded.plan import Program, python
from mailer.embedded.supervisor import Given, Supervisor
from mailer.errors import N_, Refused
from mailer.receipts.box import parse_box

#: A service writes a log.
LOGS = True


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--port N`, `--demo`."""
    parser.add_argument(
        "--port", type=_port, default=8000, metavar="N", help="port of the web (default 8000)"
    )
    parser.add_argument("--demo", action="store_true", help="run the main job on sample sources")


def _port(typed: str) -> int:
    port = int(typed)
    if not 0 < port < 65536:
        raise ValueError(typed)
    return port


def run(args: argparse.Namespace) -> None:
    """Run until Ctrl-C."""
    if args.demo:
        _run_demo(args.port)
    else:
        _leave_the_database()
        Supervisor(_given(args.port, {}), _tell).run()


def _run_demo(port: int) -> None:
    """The service, the sample newspapers beside it, and the story told on the console."""
    if settings.GIVEN_SMTP_URL:
        raise Refused(
            N_("The demo writes to invented people, so it runs without SMTP_URL: unset it.")
        )
    state = remembered(settings.MAILER_DATA / "demo.json")
    _leave_the_database()
    there = f"127.0.0.1:{state.port}"
    Supervisor(_given(port, {"MAILER_ALLOW_PRIVATE": there}), _tell).run(
        early=[_newspapers(state)],
        late=[Program("demo", python(("mailer.demo", f"http://{there}")), once=True, rank=2)],
    )


def _newspapers(state: State) -> Program:
    words = ("mailer.demo.serve", str(state.port), state.since.isoformat())
    return Program("newspapers", python(words))


def _leave_the_database() -> None:
    """The supervisor only watches: the programs have connections of their own."""
    connections.close_all()


def _given(port: int, environment: Mapping[str, str]) -> Given:
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
        senders=settings.MAILER_SENDERS,
        box=_has_box(),
        database=settings.DATABASE_TAG,
        environment=environment,
    )


def _has_box() -> bool:
    """Whether there is a bounce box. Raises Misconfigured for a wrong address of it."""
    return bool(settings.IMAP_URL) and bool(parse_box(settings.IMAP_URL))


def _tell(line: str) -> None:
    print(line, flush=True)
