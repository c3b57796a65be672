"""What processes cost, exactly, as Linux counts it: CPU-seconds and memory of whole trees."""

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def cpu(root: int) -> float:
    """CPU-seconds of a process, its descendants, and those of them that have ended.

    An ended child counts in its parent's `cutime`, so nothing is counted twice or forgotten as
    long as `root` itself lives. In steps of 10 ms per process.
    """
    return sum(_ticks(pid) for pid in tree(root)) / _TICK


def tree(root: int) -> list[int]:
    """A process and all its living descendants."""
    found = [root]
    for pid in found:
        found += _children(pid)
    return found


def peak_memory(root: int) -> float:
    """The most that any one process of a tree ever had resident (VmHWM), in MB of 10⁶ bytes."""
    return max(_status(pid, "VmHWM") for pid in tree(root))


def memory(root: int) -> float:
    """What the largest process of a tree has resident now (VmRSS), in MB of 10⁶ bytes."""
    return max(_status(pid, "VmRSS") for pid in tree(root))


def resident(pid: int) -> float:
    """What one process alone has resident now (VmRSS), in MB of 10⁶ bytes."""
    return _status(pid, "VmRSS")


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, file.read_text().split())
        except OSError:
            continue
    return found


def _ticks(pid: int) -> int:
    try:
        # Behind the name, which may hold anything: field 14 of proc(5) is the twelfth.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))


def _status(pid: int, name: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    kib = next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
    return kib * 1024 / 1e6
