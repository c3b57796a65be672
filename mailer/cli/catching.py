"""A relay for a command that works alone: the one that is set, or a catcher of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from mailer.embedded.parent import die_with
from mailer.errors import N_, Misconfigured


@contextmanager
def a_relay() -> Iterator[None]:
    """Within, SMTP_URL names a relay. Raises Misconfigured when the catcher does not start."""
    if settings.SMTP_URL:
        yield
        return
    with _catcher() as port:
        settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
        try:
            yield
        finally:
            settings.SMTP_URL = ""


@contextmanager
def _catcher() -> Iterator[int]:
    """The local catcher, its mails in the folder where `mailer up` shows them; its port."""
    words = [sys.executable, "-m", "mailer.catcher", "--folder", str(settings.CATCHER_FOLDER)]
    process = subprocess.Popen(  # noqa: S603 - our own words, no shell
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=die_with(os.getpid(), signal.SIGTERM),
    )
    try:
        yield _port(process)
    finally:
        process.terminate()
        process.communicate()


def _port(process: "subprocess.Popen[str]") -> int:
    """Out of the one line that it prints when it listens."""
    line = process.stdout.readline() if process.stdout else ""
    told = [word for word in line.split() if word.startswith("127.0.0.1:")]
    if not told:
        raise Misconfigured(
            N_("The local mail catcher did not start in %(folder)s: set SMTP_URL, or free disk."),
            folder=str(settings.CATCHER_FOLDER),
        )
    return int(told[0].rpartition(":")[2])
