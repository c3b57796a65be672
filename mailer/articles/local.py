"""Feeds that are files of this machine (edge): for the operator's own, and for tests."""

import os
import stat
from urllib.parse import unquote, urlsplit

from mailer.errors import N_, FetchError


def read(url: str, *, allowed: bool, limit: int) -> bytes:
    """At most `limit` + 1 bytes of the file that a `file://` address names.

    Raises FetchError where it is not `allowed`, not there, or no ordinary file.
    """
    parts = urlsplit(url)
    if not allowed or parts.netloc not in ("", "localhost"):
        raise FetchError(
            N_("%(url)s is a file of this machine; it is read only when added with --allow-local."),
            url=url,
        )
    path = unquote(parts.path)
    try:
        with open(path, "rb", opener=_opener) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise FetchError(N_("%(path)s is no ordinary file."), path=path)
            return file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise FetchError(
            N_("The file %(path)s cannot be read. Check that it is there and readable."), path=path
        ) from error


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a named pipe would make open() wait for ever
