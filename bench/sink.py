"""The sink that every rival sends to: `sink.c`, compiled, started and read.

`./run bench sink` runs one in the foreground and says where it listens; with `--compare` it shows
what it costs beside Postfix's own `smtp-sink`.
"""

import argparse
import json
import mmap
import os
import shutil
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple, Self

_SOURCE = Path(__file__).with_suffix(".c")
_WARNINGS = ("-Wall", "-Wextra", "-Werror")


class Counts(NamedTuple):
    """What the sink has taken so far; the fields of `struct counters`, in its order."""

    messages: int
    recipients: int
    bytes: int
    connections: int
    open: int
    refused: int


def compiler() -> str | None:
    """The C compiler of this machine."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def build(folder: Path, *, tls: bool = False) -> Path:
    """Compile the sink into `folder`. Raises FileNotFoundError or CalledProcessError."""
    if (cc := compiler()) is None:
        raise FileNotFoundError("a C compiler is needed: apt install gcc libc6-dev")
    program = folder / "sink"
    words = [cc, "-O2", *_WARNINGS, "-o", program, _SOURCE]
    words += ["-DWITH_TLS", "-lssl", "-lcrypto"] if tls else []
    subprocess.run(words, check=True, capture_output=True)
    return program


def can_tls() -> bool:
    """Whether this machine has what it takes to build the sink with TLS."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            build(Path(folder), tls=True)
        except subprocess.CalledProcessError:
            return False
    return True


class Sink:
    """A running sink; a context manager.

    `record` writes down every recipient and Message-ID that was accepted, to be read with
    `accepted_file` once it has stopped. `certificate` (a PEM file with its key) asks for STARTTLS
    and AUTH before it takes anything.
    """

    def __init__(self, *, record: bool = False, certificate: Path | None = None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="mailer-sink-"))
        self._certificate = certificate
        self.accepted_file = self._folder / "accepted" if record else None
        self.port = 0
        self.report: dict[str, float] = {}

    def __enter__(self) -> Self:
        program = build(self._folder, tls=self._certificate is not None)
        counters = self._folder / "counters"
        words: list[str | Path] = [program]
        words += ["-r", self.accepted_file] if self.accepted_file else []
        words += ["-t", self._certificate] if self._certificate else []
        self._process = subprocess.Popen(
            [*words, counters], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        with counters.open("rb") as file:
            self._counters = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def counts(self) -> Counts:
        """What it has taken so far."""
        return Counts(*struct.unpack_from(f"{len(Counts._fields)}Q", self._counters))

    def wait_for(self, messages: int, patience: float = 600) -> float:
        """Wait until it has taken so many; the moment, in seconds of perf_counter."""
        give_up = time.perf_counter() + patience
        while self.counts.messages < messages:
            if time.perf_counter() > give_up:
                raise TimeoutError(f"{self.counts} after {patience} s, not {messages}")
            time.sleep(0.001)
        return time.perf_counter()

    def stop(self) -> None:
        """End it; `report` then holds its own account, its CPU-seconds (user, system) included."""
        if not self.report:
            told, _ = self._process.communicate(timeout=60)
            self.report = json.loads(told)


def _source(port: int, messages: int, size: int) -> float:
    words = ["smtp-source", "-d", "-s", "10", "-l", str(size), "-m", str(messages)]
    program = shutil.which(words[0]) or f"/usr/sbin/{words[0]}"
    began = time.perf_counter()
    subprocess.run([program, *words[1:], f"127.0.0.1:{port}"], check=True)
    return messages / (time.perf_counter() - began)


def _theirs(messages: int, size: int) -> None:
    from bench.parts.processes import cpu
    from mailer.embedded.place import free_port

    port = free_port()
    program = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
    # A root's smtp-sink wants another user to run as.
    words = [program, *(["-u", "nobody"] if os.geteuid() == 0 else []), f"127.0.0.1:{port}", "1000"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        rate = _source(port, messages, size)
        _print("smtp-sink", rate, cpu(process.pid) / messages)
    finally:
        process.kill()
        process.wait()


def _ours(messages: int, size: int) -> None:
    with Sink() as sink:
        rate = _source(sink.port, messages, size)
        sink.stop()
    _print("sink.c", rate, (sink.report["user"] + sink.report["system"]) / messages)


def _print(name: str, rate: float, cpu: float) -> None:
    print(f"  {name:<10} {rate:8,.0f} messages/s, {cpu * 1000:.4f} CPU-s per 1,000")


def main() -> None:
    """Run a sink until it is interrupted, or compare it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--compare", action="store_true", help="smtp-source into both sinks")
    options.add_argument("--messages", type=int, default=50_000)
    options.add_argument("--size", type=int, default=20_000, help="bytes (default 20,000)")
    chosen = options.parse_args()
    if chosen.compare:
        for _ in range(3):
            _ours(chosen.messages, chosen.size)
            _theirs(chosen.messages, chosen.size)
        return
    with Sink() as sink:
        print(f"smtp://127.0.0.1:{sink.port}, until Ctrl-C")
        try:
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            print(sink.counts)


if __name__ == "__main__":
    main()
