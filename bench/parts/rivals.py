"""Who sends: Postfix's smtp-source, Django's send_mass_mail, and ours, each measured alike.

A rival is ready, its process started and its libraries loaded, before the clock starts; it ends
when the last mail was accepted and, with ours, when the ledger says so.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from bench.parts.figures import YARDSTICK
from bench.parts.ground import Ground, Sheet
from bench.parts.processes import cpu, peak_memory
from bench.parts.run import Run
from bench.parts.watch import Watch
from bench.parts.worker import Worker
from bench.sink import Sink


class Rival(Protocol):
    """Somebody who sends so many mails of a sheet into the sink."""

    name: str

    def run(self, sheet: Sheet, messages: int) -> Run:
        """Send, and say what it took."""


class SmtpSource:
    """`smtp-source -d`, told to send as many bytes a mail as ours do.

    `port` is that of a proxy before the sink, if there is one.
    """

    def __init__(self, sink: Sink, sessions: int, port: int = 0, name: str = YARDSTICK) -> None:
        self.name = name
        self._sink, self._sessions, self._port = sink, sessions, port or sink.port
        self._frame = self._measured(1000) - 1000

    @staticmethod
    def program() -> str | None:
        """Where it is; None when Postfix is not installed."""
        return shutil.which("smtp-source", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")

    def run(self, sheet: Sheet, messages: int) -> Run:
        """Send, and say what it took."""
        length = max(1, round(sheet.size - self._frame))
        with Watch(self._sink, messages, self._sessions) as watch:
            began = time.perf_counter()
            process = self._start(length, messages, self._sessions)
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"smtp-source ended with {process.returncode}")
        return Run(
            messages=messages,
            seconds=seconds,
            size=watch.size,
            steady=watch.steady,
            sender_cpu=used.ru_utime + used.ru_stime,
            sink_cpu=watch.sink_cpu,
        )

    def _measured(self, length: int) -> int:
        before = self._sink.counts.bytes
        self._start(length, 1, 1).wait()
        return self._sink.counts.bytes - before

    def _start(self, length: int, messages: int, sessions: int) -> "subprocess.Popen[bytes]":
        words = [str(self.program()), "-d", "-s", str(sessions), "-l", str(length)]
        words += ["-m", str(messages), "-f", "review@example.org", "-t", "reader@example.org"]
        return subprocess.Popen([*words, f"127.0.0.1:{self._port}"])


class MassMail:
    """Django's send_mass_mail: one connection, one message object each.

    `login` is a user and a password, for STARTTLS and AUTH; `environment` is added to ours.
    """

    def __init__(
        self,
        sink: Sink,
        folder: Path,
        port: int = 0,
        login: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
    ) -> None:
        self.name = "Django send_mass_mail"
        self._sink, self._folder, self._login = sink, folder, login
        self._port = port or sink.port
        self._environment = {**os.environ, **(environment or {})}

    def run(self, sheet: Sheet, messages: int) -> Run:
        """Send, and say what it took."""
        pages = self._folder / "sheet.json"
        pages.write_text(json.dumps(asdict(sheet)))
        command = [sys.executable, "-m", "bench.parts.mass_mail", str(self._port), str(pages)]
        with subprocess.Popen(
            [*command, str(messages), *self._login],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
        ) as process:
            return self._measure(process, messages)

    def _measure(self, process: "subprocess.Popen[bytes]", messages: int) -> Run:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        own = cpu(process.pid)
        with Watch(self._sink, messages, 1) as watch:
            began = time.perf_counter()
            process.stdin.write(b"go\n")
            process.stdin.flush()
            if process.stdout.readline() != b"done\n":
                raise RuntimeError("send_mass_mail failed")
            seconds = time.perf_counter() - began
        return Run(
            messages=messages,
            seconds=seconds,
            size=watch.size,
            steady=watch.steady,
            sender_cpu=cpu(process.pid) - own,
            sink_cpu=watch.sink_cpu,
            memory=peak_memory(process.pid),
        )


class Ours:
    """A Celery worker, a ledger of rows written before and after, and a doorbell."""

    def __init__(self, sink: Sink, ground: Ground, worker: Worker, connections: int) -> None:
        self.name = "the mailer"
        self._sink, self._ground, self._worker = sink, ground, worker
        self._connections = connections

    def run(self, sheet: Sheet, messages: int) -> Run:
        """Fan out, then send, and say what the sending took."""
        self._ground.readers(messages)
        mailing, fan_out = self._ground.fan_out(sheet.issue)
        with Watch(self._sink, messages, self._connections) as watch:
            before = self._cpu()
            began, ended = self._worker.send(mailing)
            now = self._cpu()
        sender, database, redis = (then - first for first, then in zip(before, now, strict=True))
        return Run(
            messages=messages,
            seconds=ended - began,
            size=watch.size,
            steady=watch.steady,
            sender_cpu=sender,
            database_cpu=database,
            redis_cpu=redis,
            sink_cpu=watch.sink_cpu,
            memory=peak_memory(self._worker.pid),
            fan_out=messages / fan_out,
        )

    def _cpu(self) -> list[float]:
        return [cpu(one.pid) for one in (self._worker, self._ground.database, self._ground.redis)]
