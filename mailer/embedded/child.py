"""One program of the embedded service: started, watched, started again, stopped (an edge)."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from mailer.embedded.parent import die_with
from mailer.embedded.plan import Program

#: A log is cut when it has grown past this many bytes.
_LOG_BYTES = 10_000_000
#: Seconds before the next start after 1, 2, 3 … deaths in a row; a minute of life starts afresh.
_PAUSES = (0.5, 1, 2, 5, 10, 30)
_HEALTHY_SECONDS = 60
#: What of a log is told on the console as well.
_ALARMS = (b" ERROR ", b" CRITICAL ", b"[ERROR]", b"[CRITICAL]")


class Child:
    """A program and its process, if it has one now."""

    def __init__(self, program: Program, logs: Path, environment: dict[str, str]) -> None:
        self.program = program
        self.log = logs / f"{program.name}.log"
        self._environment = {**environment, **program.environment}
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._deaths = 0
        self._due_at = 0.0
        self._read_to = self.log.stat().st_size if self.log.exists() else 0

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The number of its process."""
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """How its process ended; None while it runs or was never started."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the supervisor alone, which tells it."""
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
            self._read_to = 0
        with self.log.open("ab") as log:
            console = None if self.program.once else log
            self._process = subprocess.Popen(  # noqa: S603 - our own words, no shell
                self.program.command,
                stdin=subprocess.PIPE if self.program.stdin else subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                env=self._environment,
                start_new_session=True,
                # Safe before exec: the supervisor has one thread.
                preexec_fn=die_with(os.getpid(), signal.SIGTERM),
            )
        if self._process.stdin:
            self._process.stdin.write(self.program.stdin.encode())
            self._process.stdin.close()
        self._started_at = time.monotonic()

    def mend(self) -> str:
        """Start it again when it has died and its pause is over; returns a line that tells of it.

        Empty when there is nothing to tell.
        """
        if self.running or self.program.once:
            return ""
        now = time.monotonic()
        if not self._due_at:
            self._deaths = 0 if now - self._started_at > _HEALTHY_SECONDS else self._deaths
            pause = _PAUSES[min(self._deaths, len(_PAUSES) - 1)]
            self._deaths += 1
            self._due_at = now + pause
            ending = f"{self.program.name} {_ending(self.exit_code)} ({self.log})"
            return f"{ending}; starting it again in {pause} s"
        if now >= self._due_at:
            self._due_at = 0.0
            self.start()
        return ""

    def alarms(self) -> list[str]:
        """The lines of its log since the last call that a person should see."""
        if self.program.once or not self.log.exists():
            return []
        with self.log.open("rb") as log:
            log.seek(self._read_to)
            fresh = log.read(1_000_000)
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._read_to += len(whole)
        return [
            f"{self.program.name}: {line.decode(errors='replace')}"
            for line in whole.splitlines()
            if any(alarm in line for alarm in _ALARMS)
        ]

    def tell_to_stop(self) -> None:
        """Ask for a clean end."""
        if self._process and self.running:
            self._process.terminate()

    def end(self) -> None:
        """End what is left of it and of its own children, at once."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
