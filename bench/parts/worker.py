"""Our side: a real Celery worker of mailings, in a process of its own."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Self

from mailer.embedded.plan import mailings, python

#: Seconds that a worker is given to start, and a mailing to end.
_PATIENCE = 60.0


class Worker:
    """The worker that production runs, sending to `relay`, an SMTP_URL; a context manager.

    It sends by two processes, as on PostgreSQL by itself, which have `connections` between them; by
    one where there is one connection. `environment` is added to this process's own. Its log lies in
    `folder`.
    """

    def __init__(
        self,
        relay: str,
        connections: int,
        folder: Path,
        environment: dict[str, str] | None = None,
    ) -> None:
        self._senders = min(2, connections)
        each = connections // self._senders
        url = f"{relay}{'&' if '?' in relay else '?'}connections={each}"
        self._environment = {
            **os.environ,
            "SMTP_URL": url,
            "MAILER_SENDERS": str(self._senders),
            **(environment or {}),
        }
        self._log = folder / f"worker-{time.monotonic_ns()}.log"

    @property
    def pid(self) -> int:
        """The process all its others are children of."""
        return self._process.pid

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                python(mailings(self._senders)),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        give_up = time.monotonic() + _PATIENCE
        while " ready." not in self.log:
            if self._process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"the worker did not start:\n{self.log}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    @property
    def log(self) -> str:
        """What it has said."""
        return self._log.read_text(errors="replace")

    def send(self, mailing: int, patience: float = 600) -> tuple[float, float]:
        """Ring the doorbell, wait until the ledger says the mailing is done: the two moments.

        Raises RuntimeError unless every single delivery is `sent`.
        """
        from mailer.mailings.models import Mailing
        from mailer.tasks import ring, send_mailing

        state = Mailing.objects.filter(pk=mailing).values_list("state", flat=True)
        began = time.perf_counter()
        if not all(ring(send_mailing, mailing) for _ in range(self._senders)):
            raise RuntimeError("Redis did not take the doorbell")
        while state.get() == "running":
            time.sleep(0.01)
            if time.perf_counter() - began > patience:
                raise RuntimeError(f"the mailing does not end:\n{self.log[-3000:]}")
        ended = time.perf_counter()
        self._check(mailing)
        return began, ended

    def _check(self, mailing: int) -> None:
        from mailer.mailings import ledger

        sums = ledger.sums(mailing)
        if sums.sent != sums.recipients or not sums.sent:
            raise RuntimeError(f"not everything was sent: {sums}\n{self.log[-3000:]}")
