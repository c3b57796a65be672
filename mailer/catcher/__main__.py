"""python -m mailer.catcher --folder DIR --port N [--host H] [--keep N]

Prints one line when it listens; SIGTERM and Ctrl-C end it.
"""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import uvloop

from mailer.catcher.server import Catcher
from mailer.catcher.store import KEEP


def main(words: list[str] | None = None) -> int:
    """0 when it was told to end, 1 when the port or the folder cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m mailer.catcher", description="Catch every mail in a folder."
    )
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one and tells it")
    parser.add_argument("--keep", type=int, default=KEEP, help="how many mails stay")
    given = parser.parse_args(words)
    try:
        uvloop.run(_serve(given.folder, given.host, given.port, given.keep))
    except OSError as error:
        sys.stderr.write(f"The mail catcher cannot start: {error}\n")
        return 1
    return 0


async def _serve(folder: Path, host: str, port: int, keep: int) -> None:
    told = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, told.set)
    catcher = Catcher(folder, keep=keep)
    port = await catcher.start(host, port)
    sys.stdout.write(f"The mail catcher listens on {host}:{port} and writes to {folder}\n")
    sys.stdout.flush()
    await told.wait()
    await catcher.stop()


if __name__ == "__main__":
    sys.exit(main())
