"""All cases on one database, in this process: `python -m tests.faults.half VENDOR …`.

What it has to tell goes to standard output as one JSON object a line.
"""

import argparse
import json
import os
import signal
import sys
from typing import Any

from mailer.embedded.parent import die_with
from tests.faults.stage import stage

_DISK = {
    True: "a full disk is a tmpfs of 100 kB, filled to its last byte",
    False: "no disk can be mounted here: a full one is a limit on the size of files",
}


def main(words: list[str]) -> int:
    """Play what is asked for; 0 when it was played, whatever came of it."""
    asked = _arguments(words)
    signal.signal(signal.SIGTERM, _leave)
    die_with(os.getppid(), signal.SIGTERM)()
    with stage(asked.vendor) as made:
        _tell(note=_DISK[made.tmpfs])
        from tests.faults.programme import Programme

        for told in Programme(made).play(asked.only, short_form=asked.short):
            _tell(**told)
    return 0


def _leave(*_: object) -> None:
    """Told to stop, or left alone, it still takes its servers and its disk away, undisturbed."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(1)


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.faults.half")
    parser.add_argument("vendor")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--short", action="store_true")
    return parser.parse_args(words)


def _tell(**told: Any) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
