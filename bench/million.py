"""`./run bench million`: one million mails of 20 kB, and the proof that each came once.

The sink writes down every recipient and Message-ID that it accepts; afterwards each row of the
ledger is looked for in that record. On the way: the rate, what it cost, and the worker's memory,
which must not grow with the number of recipients.
"""

import argparse
import sys
import threading
import time

from bench.parts.ground import Ground
from bench.parts.machine import machine
from bench.parts.processes import cpu, memory, peak_memory, tree
from bench.parts.proof import prove
from bench.parts.scenes import CONNECTIONS
from bench.parts.worker import Worker
from bench.sink import Sink

#: The worker's memory is read when so many were sent.
_MILESTONES = (1_000, 10_000, 100_000, 1_000_000)
_TELL_EVERY = 5.0


class Progress:
    """Tells how far the sending is, and reads the worker's memory at the milestones."""

    def __init__(self, sink: Sink, worker: Worker, messages: int) -> None:
        self._sink, self._worker, self._messages = sink, worker, messages
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.memory: dict[int, float] = {}

    def __enter__(self) -> "Progress":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        due = [count for count in (*_MILESTONES, self._messages) if count <= self._messages]
        began = tell_at = time.monotonic()
        while not self._over.wait(0.01):
            sent = self._sink.counts.messages
            while due and sent >= due[0]:
                self.memory[due.pop(0)] = memory(self._worker.pid)
            if time.monotonic() >= tell_at:
                rate = sent / max(time.monotonic() - began, 0.001)
                print(f"  {sent:9,} of {self._messages:,}, {rate:7,.0f} messages/s", flush=True)
                tell_at += _TELL_EVERY


def main() -> None:
    """Send them; exit 1 unless the proof holds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=1_000_000)
    options.add_argument("--size", type=int, default=20_000, help="bytes (default 20,000)")
    chosen = options.parse_args()
    with Sink(record=True) as sink, Ground() as ground:
        relay = f"smtp://127.0.0.1:{sink.port}?tls=none"
        with Worker(relay, CONNECTIONS, ground.folder) as worker:
            fine = _run(sink, ground, worker, chosen)
    sys.exit(0 if fine else 1)


def _run(sink: Sink, ground: Ground, worker: Worker, chosen: argparse.Namespace) -> bool:
    from mailer.mailings import ledger

    count = chosen.messages
    sheet = ground.sheet(chosen.size)
    began = time.perf_counter()
    ground.readers(count)
    print(f"{count:,} confirmed readers made in {time.perf_counter() - began:.1f} s", flush=True)
    mailing, fan_out = ground.fan_out(sheet.issue, "full")
    print(f"fan-out: {fan_out:.1f} s, {count / fan_out:,.0f} rows/s", flush=True)
    parts = {"worker": worker, "PostgreSQL": ground.database, "Redis": ground.redis, "sink": sink}
    before = {name: cpu(part.pid) for name, part in parts.items()}
    processes = set(tree(worker.pid))
    with Progress(sink, worker, count) as progress:
        start, end = worker.send(mailing, patience=count / 100 + 600)
    used = {name: (cpu(part.pid) - before[name]) / count * 1000 for name, part in parts.items()}
    peak, replaced = peak_memory(worker.pid), len(processes - set(tree(worker.pid)))
    sink.stop()
    size = sink.report["bytes"] / count
    print(
        f"sent in {end - start:.1f} s: {count / (end - start):,.0f} messages/s, {size:,.0f} bytes"
    )
    print("CPU-s per 1,000: " + ", ".join(f"{name} {spent:.3f}" for name, spent in used.items()))
    print(
        "worker's memory in MB: "
        + ", ".join(f"{held:.0f} at {sent:,}" for sent, held in progress.memory.items())
        + f"; peak {peak:.0f}; {replaced} of its processes replaced"
    )
    assert sink.accepted_file is not None
    proof = prove(sink.accepted_file, ledger.rows(sheet.issue))
    print(f"proof: {proof}")
    print(f"{machine()}.")
    return proof.holds


if __name__ == "__main__":
    main()
