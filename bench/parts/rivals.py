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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from bench.parts.ground import Ground, Sheet
from bench.parts.processes import cpu, peak_memory
from bench.parts.worker import Worker
from bench.sink import Sink


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one rival: CPU in seconds, memory in MB (0: not known), `fan_out` in rows/s."""

    messages: int
    seconds: float
    size: float
    sender_cpu: float
    sink_cpu: float
    database_cpu: float = 0.0
    redis_cpu: float = 0.0
    memory: float = 0.0
    fan_out: float = 0.0

    @property
    def rate(self) -> float:
        """Messages per second."""
        return self.messages / self.seconds


class Rival(Protocol):
    """Somebody who sends so many mails of a sheet into the sink."""

    name: str

    def run(self, sheet: Sheet, messages: int) -> Run:
        """Send, and say what it took."""


class SmtpSource:
    """`smtp-source -d`, told to send as many bytes a mail as ours do."""

    def __init__(self, sink: Sink, sessions: int, port: int = 0) -> None:
        self.name = "Postfix smtp-source -d"
        self._sink, self._sessions, self._port = sink, sessions, port or sink.port
        self._frame = self._measured(1000) - 1000

    @staticmethod
    def program() -> str | None:
        """Where it is; None when Postfix is not installed."""
        return shutil.which("smtp-source", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")

    def run(self, sheet: Sheet, messages: int) -> Run:
        before, sink_cpu = self._sink.counts, cpu(self._sink.pid)
        length = max(1, round(sheet.size - self._frame))
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
            size=_size(self._sink, before, messages),
            sender_cpu=used.ru_utime + used.ru_stime,
            sink_cpu=cpu(self._sink.pid) - sink_cpu,
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
    """Django's send_mass_mail, one connection, one message object each."""

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
        words = self._folder / "sheet.json"
        words.write_text(json.dumps(asdict(sheet)))
        command = [sys.executable, "-m", "bench.parts.mass_mail", str(self._port), str(words)]
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
        before, own, sinks = self._sink.counts, cpu(process.pid), cpu(self._sink.pid)
        began = time.perf_counter()
        process.stdin.write(b"go\n")
        process.stdin.flush()
        if process.stdout.readline() != b"done\n":
            raise RuntimeError("send_mass_mail failed")
        return Run(
            messages=messages,
            seconds=time.perf_counter() - began,
            size=_size(self._sink, before, messages),
            sender_cpu=cpu(process.pid) - own,
            sink_cpu=cpu(self._sink.pid) - sinks,
            memory=peak_memory(process.pid),
        )


class Ours:
    """A Celery worker, a ledger of rows written before and after, and a doorbell."""

    def __init__(self, sink: Sink, ground: Ground, worker: Worker) -> None:
        self.name = "the mailer"
        self._sink, self._ground, self._worker = sink, ground, worker

    def run(self, sheet: Sheet, messages: int) -> Run:
        self._ground.readers(messages)
        mailing, fan_out = self._ground.fan_out(sheet.issue)
        before, used = self._sink.counts, self._cpu()
        began, ended = self._worker.send(mailing)
        now = self._cpu()
        spent = {name: now[name] - used[name] for name in now}
        return Run(
            messages=messages,
            seconds=ended - began,
            size=_size(self._sink, before, messages),
            memory=peak_memory(self._worker.pid),
            fan_out=messages / fan_out,
            **spent,
        )

    def _cpu(self) -> dict[str, float]:
        return {
            "sender_cpu": cpu(self._worker.pid),
            "database_cpu": cpu(self._ground.database.pid),
            "redis_cpu": cpu(self._ground.redis.pid),
            "sink_cpu": cpu(self._sink.pid),
        }


def _size(sink: Sink, before: "tuple[int, ...]", messages: int) -> float:
    """Bytes a mail, the final dot included; raises unless the sink took exactly so many."""
    now = sink.counts
    if now.messages - before[0] != messages:
        raise RuntimeError(f"the sink took {now.messages - before[0]} mails, not {messages}")
    return (now.bytes - before[2]) / messages
