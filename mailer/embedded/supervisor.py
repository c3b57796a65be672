"""All programs of the embedded service, from the first start to Ctrl-C.

1. hold the data folder, or refuse
2. start Redis and the catcher, unless the settings name others, and wait until they answer
3. write down where they are, for other commands
4. start web, workers and beat, and wait until the web answers
5. watch: start again what dies, repeat on the console what went wrong
6. at Ctrl-C or SIGTERM: web, workers and beat first, then the catcher, then Redis
"""

import contextlib
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from mailer.embedded import place, plan, redis
from mailer.embedded.child import Child
from mailer.embedded.plan import Program
from mailer.errors import N_, Misconfigured

_ROOT = Path(__file__).resolve().parents[2]
_TURN = 0.2
#: Seconds a program has to answer for the first time, on a slow and busy machine.
_START_SECONDS = 60
#: Seconds the programs of a rank have to end by themselves: a worker ends its group in hand.
_STOP_SECONDS = {2: 8, 1: 2, 0: 2}


@dataclass(frozen=True, slots=True)
class Given:
    """What the settings say: empty `redis` or `smtp` means an embedded one."""

    data: Path
    lock: Path
    services_file: Path
    catcher_folder: Path
    socket: Path
    url: str
    redis: str
    smtp: str
    port: int
    #: How many processes send one mailing together (settings.MAILER_SENDERS).
    senders: int = 1
    #: Whether there is a bounce box.
    box: bool = False
    #: The tag of the database it works on (settings.DATABASE_TAG).
    database: str = ""
    #: What every program gets besides.
    environment: Mapping[str, str] = field(default_factory=dict)


class Stopped(Exception):
    """A person or the system asked for the end."""


class Supervisor:
    """Runs the programs; `tell` gets each line for the console."""

    def __init__(self, given: Given, tell: Callable[[str], None]) -> None:
        self.given = given
        self.tell = tell
        self.children: list[Child] = []
        self._stop = 0

    def run(self, early: Sequence[Program] = (), late: Sequence[Program] = ()) -> None:
        """Run until told to stop; `early` programs join at the start, `late` once all answers.

        Raises Refused (folder or port taken) and Misconfigured (no Redis; a program that never
        answers).
        """
        with place.held(self.given.lock), self._signals(), contextlib.suppress(Stopped):
            place.port_must_be_free(self.given.port)
            try:
                self._all(early, late)
            finally:
                self._end()

    def _all(self, early: Sequence[Program], late: Sequence[Program]) -> None:
        given = self.given
        where = self._parts()
        environment = {**self._environment(), **where}
        told: dict[str, str | int] = {
            "url": where["MAILER_URL"],
            "smtp": where["SMTP_URL"],
            # Whether that is a catcher of ours or a relay that was given, only we know.
            "catcher": "" if given.smtp else where["SMTP_URL"],
            "redis": where["REDIS_URL"],
            "database": given.database,
            "pid": os.getpid(),
        }
        with place.announced(given.services_file, told):
            for program in (*early, *plan.programs(given.port, given.senders, box=given.box)):
                self._start(program, environment)
            self._wait("web", lambda: _answers_http(given.port))
            self.tell(f"The mailer is up: {where['MAILER_URL']}/desk/ (Ctrl-C ends it)")
            for program in late:
                self._start(program, environment)
            while True:
                self._turn()

    def _parts(self) -> dict[str, str]:
        """Start Redis and the catcher where they are ours; where everything is."""
        given = self.given
        smtp = given.smtp
        if not given.redis:
            self._start(redis.program(given.socket, given.data / "redis"), self._environment())
        if not smtp:
            port = place.free_port()
            self._start(plan.catcher(given.catcher_folder, port), self._environment())
            self._wait("catcher", lambda: _answers_tcp(port))
            smtp = f"smtp://127.0.0.1:{port}"
        if not given.redis:
            self._wait("redis", lambda: _answers_ping(given.socket))
        # Where the catcher takes everything, no domain is asked whether it takes mail.
        dns = {} if given.smtp else {"MAILER_DNS": os.environ.get("MAILER_DNS") or "none"}
        return {
            **dns,
            "MAILER_URL": given.url or f"http://127.0.0.1:{given.port}",
            "SMTP_URL": smtp,
            "REDIS_URL": given.redis or f"unix://{given.socket}",
        }

    def _environment(self) -> dict[str, str]:
        """Ours, so that the programs find the code and the data wherever this was started."""
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        ours = {"PYTHONPATH": path, "MAILER_DATA": str(self.given.data)}
        return {**os.environ, **ours, **self.given.environment}

    def _start(self, program: Program, environment: dict[str, str]) -> None:
        logs = self.given.data / "logs"
        logs.mkdir(exist_ok=True)
        child = Child(program, logs, environment)
        child.start()
        self.children.append(child)

    def _wait(self, name: str, answers: Callable[[], bool]) -> None:
        patience = time.monotonic() + _START_SECONDS
        while not answers():
            if time.monotonic() > patience:
                raise Misconfigured(
                    N_("%(name)s does not start. Its log says why: %(log)s"),
                    name=name,
                    log=str(self.given.data / "logs" / f"{name}.log"),
                )
            self._turn()

    def _turn(self) -> None:
        if self._stop:
            raise Stopped
        for child in self.children:
            for line in child.alarms():
                self.tell(line)
            if line := child.mend():
                self.tell(line)
        time.sleep(_TURN)

    def _end(self) -> None:
        """Tell each rank to stop, highest first; a second Ctrl-C, or too long a wait, ends it."""
        if self.children:
            self.tell("Stopping …")
        asked = self._stop
        for rank in sorted({child.program.rank for child in self.children}, reverse=True):
            ranked = [child for child in self.children if child.program.rank == rank]
            for child in ranked:
                child.tell_to_stop()
            patience = time.monotonic() + _STOP_SECONDS[rank]
            while any(child.running for child in ranked) and self._stop <= max(asked, 1):
                if time.monotonic() > patience:
                    break
                time.sleep(0.05)
            for child in ranked:
                child.end()

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        before = {
            kind: signal.signal(kind, self._asked) for kind in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for kind, handler in before.items():
                signal.signal(kind, handler)

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self._stop += 1


def _answers_tcp(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _answers_ping(path: Path) -> bool:
    """Whether Redis is there and has read its log of writes again (until then it says LOADING)."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        line.connect(str(path))
        line.sendall(b"PING\r\n")
        return line.recv(16).startswith(b"+PONG")
    return False


def _answers_http(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False
