"""Parsing at arm's length (edge): a kept child process with limits, replaced when it fails.

The parent never loads the parsers: a page or a worker stays small, and nothing in a feed can
crash it. Starting the child costs about half a second, so it is kept for the feeds that follow.
"""

import atexit
import contextlib
import json
import logging
import os
import subprocess
import sys
from base64 import b64decode
from collections.abc import Collection
from pathlib import Path
from threading import Event, Lock, Timer
from typing import Any

from mailer.articles import facts, feed
from mailer.articles.autodiscovery import WebPage
from mailer.articles.facts import PageFacts
from mailer.articles.feed import ParsedFeed
from mailer.errors import N_, ParseError
from mailer.languages import LANGUAGES
from mailer.pictures.prepared import Prepared, Room

SECONDS = 20.0  # for one feed, the child's start included
_ROOT = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


class Reader:
    """A child that reads feeds one after the other; safe to share between threads."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(
        self,
        body: bytes,
        *,
        content_type: str,
        url: str,
        hint: str = "",
        enabled: Collection[str] = tuple(LANGUAGES),
    ) -> ParsedFeed:
        """What `parse` makes of `body`; its ParseError, or one that says how the child ended."""
        request = {"content_type": content_type, "url": url, "hint": hint, "enabled": list(enabled)}
        return feed.from_json(self._asked("feed", body, request)["feed"])

    def read_page(
        self,
        body: bytes,
        *,
        content_type: str,
        url: str,
        hint: str = "",
        enabled: Collection[str] = tuple(LANGUAGES),
    ) -> PageFacts:
        """What `page` makes of `body`; a ParseError that says how the child ended."""
        request = {"content_type": content_type, "url": url, "hint": hint, "enabled": list(enabled)}
        return facts.from_json(self._asked("page", body, request)["page"])

    def read_picture(self, body: bytes, *, url: str, room: Room) -> Prepared:
        """What `prepare` makes of `body`; a ParseError for what is no picture."""
        request = {"url": url, "width": room.width, "height": room.height}
        made = self._asked("picture", body, request)["picture"]
        return Prepared(**made | {"content": b64decode(made["content"])})

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            self._end()

    def _asked(self, what: str, body: bytes, request: dict[str, Any]) -> dict[str, Any]:
        """The child's answer, of this kind; any other is raised."""
        header = json.dumps(request | {"what": what, "length": len(body)}).encode()
        url = request["url"]
        with self._lock:
            answer = self._ask(len(header).to_bytes(4, "big") + header + body, url)
        if what in answer:
            return answer
        if "refused" in answer:
            raise _refused(answer)
        _log.warning("parsing %s: the child said %s", url, answer)
        raise ParseError(
            N_("%(url)s broke the program that reads feeds, so it was left out. Report it to us."),
            url=url,
        )

    def _ask(self, request: bytes, url: str) -> dict[str, Any]:
        """The child's answer. A kept one may have ended by itself: then a fresh one is asked."""
        kept = self._child is not None
        answer = self._exchange(request, url)
        if not answer and kept:
            answer = self._exchange(request, url)
        return answer or {"crashed": "no answer"}

    def _exchange(self, request: bytes, url: str) -> dict[str, Any]:
        """One request to the child; empty where it died of it, ParseError where it was slow."""
        child = self._child = self._child or _start()
        out_of_time = Event()

        def end_it() -> None:
            out_of_time.set()
            child.kill()

        watchdog = Timer(self._seconds, end_it)
        watchdog.start()
        line = _spoken(child, request)
        watchdog.cancel()
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        self._end()
        if out_of_time.is_set():
            raise ParseError(
                N_("%(url)s took longer than %(seconds)s seconds to read, so it was left out."),
                url=url,
                seconds=round(self._seconds),
            )
        return {}

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            with contextlib.suppress(BrokenPipeError):  # what was written and never read
                child.communicate()


def _refused(answer: dict[str, Any]) -> ParseError:
    told = answer["refused"]
    if "places" in answer:
        return WebPage(told["id"], places=answer["places"], api=answer["api"], **told["values"])
    return ParseError(told["id"], **told["values"])


_kept: dict[int, Reader] = {}  # by process: a fork must not speak into its parent's pipe


def kept_reader() -> Reader:
    """This process's reader, shared by its visits; it ends with the process."""
    process = os.getpid()
    if process not in _kept:
        _kept[process] = Reader()
        atexit.register(_kept[process].close)
    return _kept[process]


def _spoken(child: subprocess.Popen[bytes], request: bytes) -> bytes:
    """The line the child answers; cut short or empty where it ends instead."""
    if child.stdin is None or child.stdout is None:
        return b""
    try:
        child.stdin.write(request)
        child.stdin.flush()
        return child.stdout.readline()
    except BrokenPipeError:
        return b""


def _start() -> subprocess.Popen[bytes]:
    """A child with nothing of our environment but what Python needs: no secret is in its reach."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(_ROOT),
        "OPENBLAS_NUM_THREADS": "1",  # each thread of it reserves address space
    }
    return subprocess.Popen(
        [sys.executable, "-m", "mailer.articles.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=_ROOT,
        env=environment,
    )
