"""The machine that a figure was measured on, without its name."""

import os
import platform
import re
import subprocess
from pathlib import Path


def machine() -> str:
    """One line: cores, CPU, memory, kernel, Python, PostgreSQL, Redis."""
    return (
        f"{os.cpu_count()} cores of {_cpu()}, {_memory_gb():.0f} GB, Linux {_kernel()}, "
        f"Python {platform.python_version()}, {_postgres()}, {_redis()}"
    )


def _cpu() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _kernel() -> str:
    return ".".join(platform.release().split(".")[:2])


def _postgres() -> str:
    from tests.servers import postgres_programs

    folder = postgres_programs()
    return f"PostgreSQL {_version(folder / 'postgres')}" if folder else "no PostgreSQL"


def _redis() -> str:
    from mailer.embedded.redis import find_server

    return f"Redis {_version(find_server())}"


def _version(program: Path) -> str:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\d+(\.\d+)+", told.stdout)
    return found[0] if found else "of unknown version"
