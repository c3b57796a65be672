"""A thousand sources due at once: each on its own address of 127.0.0.0/8, behind 100 ms."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.parts.processes import resident
from bench.parts.table import Table

DELAY = 0.1
ENTRIES = 15
_HEAD = ["1,000 sources", "sources", "s", "errors", "articles", "most at one host", "peak MB"]


class Web:
    """The server, a process of its own: `port`, and how it was asked."""

    def __enter__(self) -> "Web":
        command = [sys.executable, "-m", "bench.parts.press_sources"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self._said())
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def _said(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()

    def asked(self) -> dict[str, int]:
        """Requests since the last time this was asked, and the most at one host at one time."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        counted: dict[str, int] = json.loads(self._said())
        return counted


def tables(count: int) -> Iterator[Table]:
    """Ours, the whole way into the database; and bare threads that throw away what they get."""
    with Web() as web:
        urls = [f"http://127.{n // 62500 + 1}.{n // 250 % 250}.{n % 250 + 1}" for n in range(count)]
        urls = [f"{url}:{web.port}/feed" for url in urls]
        yield Table(_HEAD, [_ours(urls, web), _threads(urls, web)])


def _ours(urls: list[str], web: Web) -> list[str]:
    os.environ["MAILER_DATA"] = tempfile.mkdtemp(prefix="mailer-bench-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailer.settings")
    os.environ["MAILER_ALLOW_PRIVATE"] = f"127.0.0.0/8:{web.port}"
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from mailer.articles.models import Article, Source
    from mailer.articles.refresh import due_sources, refresh_many

    now = timezone.now()
    Source.objects.bulk_create(Source(url=url, next_fetch_at=now) for url in urls)
    with Memory() as memory:
        began = time.perf_counter()
        reports = list(refresh_many(due_sources()))
        took = time.perf_counter() - began
    errors = sum(1 for report in reports if report.error)
    return [
        "ours, into the database",
        *(str(len(reports)), f"{took:.1f}", str(errors), str(Article.objects.count())),
        *(str(web.asked()["most"]), f"{memory.peak:.0f}"),
    ]


def _threads(urls: list[str], web: Web) -> list[str]:
    import requests

    def get(url: str) -> Any:
        return requests.get(url, timeout=20).content

    with Memory() as memory, ThreadPoolExecutor(24) as pool:
        began = time.perf_counter()
        bodies = list(pool.map(get, urls))
        took = time.perf_counter() - began
    most = str(web.asked()["most"])
    name = "requests in 24 threads, nothing read"
    return [name, str(len(bodies)), f"{took:.1f}", "0", "–", most, f"{memory.peak:.0f}"]


class Memory:
    """The most that this process and its children but the server had resident, in MB."""

    peak = 0.0

    def __enter__(self) -> "Memory":
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        from mailer.articles.reader import kept_reader

        while not self._over.wait(0.2):
            child = kept_reader()._child
            children = resident(child.pid) if child else 0.0
            self.peak = max(self.peak, resident(os.getpid()) + children)


async def _serve() -> None:
    from tests.fakes.feeds import item, rss

    at: dict[str, int] = {}
    counted = {"asked": 0, "most": 0}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        await reader.readuntil(b"\r\n\r\n")
        at[host] = at.get(host, 0) + 1
        counted["asked"] += 1
        counted["most"] = max(counted["most"], at[host])
        await asyncio.sleep(DELAY)
        at[host] -= 1
        lead = "Le Conseil de la communauté marocaine à l'étranger a présenté son rapport. " * 3
        entries = [
            item(f"Les Marocains du monde, volet {n} chez {host}", f"http://{host}/{n}", lead=lead)
            for n in range(ENTRIES)
        ]
        body = rss(host, *entries).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "0.0.0.0", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(counted), flush=True)
        counted.update(asked=0, most=0)


if __name__ == "__main__":
    asyncio.run(_serve())
