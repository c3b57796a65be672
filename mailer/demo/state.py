"""What a second run of the demo finds again, so that it does nothing twice."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mailer.embedded.place import free_port


@dataclass(frozen=True, slots=True)
class State:
    """The port of the sample newspapers, and the moment their dates count back from."""

    port: int
    since: datetime


def remembered(file: Path) -> State:
    """The state in `file`; made and written down when there is none."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return State(int(told["port"]), datetime.fromisoformat(told["since"]))
    except (OSError, ValueError, KeyError):
        state = State(free_port(), datetime.now(UTC).replace(minute=0, second=0, microsecond=0))
        told = {"port": state.port, "since": state.since.isoformat()}
        file.write_text(json.dumps(told), encoding="utf-8")
        return state
