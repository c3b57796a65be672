"""A press that misbehaves: a real HTTP server on loopback, whose every path does what it is told.

with Press() as press:
    press.serves("/feed", rss("Le Matin", item("Un titre")), etag='"1"')
    fetch(press.url("/feed"), …)
    assert press.visits("/feed")[0].headers["user-agent"] …
"""

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from urllib.parse import urlsplit

RSS = "application/rss+xml; charset=utf-8"


@dataclass(frozen=True)
class Visit:
    """One request as it came, and when (monotonic seconds)."""

    path: str
    headers: Message
    at: float = field(default_factory=time.monotonic)
    query: str = ""


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        self.server.visits.append(Visit(path, self.headers, query=query))
        behaviour = self.server.behaviours.get(path)
        try:
            if behaviour is None:
                self.answer(404, b"not here")
            else:
                behaviour(self)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the visitor had enough

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests look at `visits`."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviours: dict[str, Callable[[_Handler], None]] = {}
        self.visits: list[Visit] = []
        self.closing = Event()

    def handle_error(self, *_: object) -> None:
        """A visitor that leaves early is what these tests are about."""


class Press:
    """The server; a context manager. `port` is its port on 127.0.0.1."""

    def __enter__(self) -> "Press":
        self._server = _Server()
        self.port = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def visits(self, path: str) -> list[Visit]:
        """The requests that came for a path."""
        return [visit for visit in self._server.visits if visit.path == path]

    def does(self, path: str, behaviour: Callable[[_Handler], None]) -> None:
        """Let a path do anything."""
        self._server.behaviours[path] = behaviour

    def serves(
        self,
        path: str,
        body: str | bytes,
        *,
        status: int = 200,
        content_type: str = RSS,
        etag: str = "",
        last_modified: str = "",
        **headers: str,
    ) -> None:
        """A path with a body; conditional where it has validators. `Retry_After` names a header."""
        raw = body.encode() if isinstance(body, str) else body
        validators = {"ETag": etag, "Last_Modified": last_modified}
        sent = {name: value for name, value in validators.items() if value} | headers

        def behave(handler: _Handler) -> None:
            same = etag and handler.headers["if-none-match"] == etag
            fresh = last_modified and handler.headers["if-modified-since"] == last_modified
            if same or fresh:
                handler.answer(304, b"", **sent)
            else:
                handler.answer(status, raw, Content_Type=content_type, **sent)

        self.does(path, behave)

    def redirects(self, path: str, to: str, status: int = 302) -> None:
        """A path that points elsewhere."""
        self.does(path, lambda handler: handler.answer(status, b"", Location=to))

    def bombs(self, path: str, megabytes: int = 50) -> None:
        """A small gzip that swells."""
        self.serves(path, _bomb(megabytes), Content_Encoding="gzip")

    def pours(self, path: str, status: int = 200, **headers: str) -> None:
        """A body without an end and without a length."""

        def behave(handler: _Handler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            while not self._server.closing.is_set():
                handler.wfile.write(b"noise" * 20_000)

        self.does(path, behave)

    def dawdles(self, path: str, *, head: bytes = b"HTTP/1.1 200 OK\r\nX-Slow: ") -> None:
        """A head that never ends, a byte at a time: no single read is slow."""

        def behave(handler: _Handler) -> None:
            handler.wfile.write(head)
            while not self._server.closing.wait(0.02):
                handler.wfile.write(b"z")

        self.does(path, behave)

    def breaks_off(self, path: str) -> None:
        """Half a body, then nothing."""

        def behave(handler: _Handler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            handler.wfile.write(b"<rss>")

        self.does(path, behave)


@cache
def _bomb(megabytes: int) -> bytes:
    return gzip.compress(b" " * (megabytes << 20), 1)


def rss(title: str, *items: str, language: str = "", extra: str = "") -> str:
    """An RSS 2.0 feed of `item`s."""
    tag = f"<language>{language}</language>" if language else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(title)}</title>{tag}{extra}{''.join(items)}</channel></rss>"
    )


def item(
    title: str,
    link: str = "",
    *,
    guid: str = "",
    lead: str = "",
    date: str = "Wed, 21 May 2025 06:00:00 +0100",
    extra: str = "",
) -> str:
    """An entry; its address is made from its title where none is given, its date may be empty."""
    address = link or "https://presse.example/" + "-".join(title.lower().split())
    return (
        f"<item><title>{escape(title)}</title><link>{escape(address)}</link>"
        + (f"<guid isPermaLink='false'>{escape(guid)}</guid>" if guid else "")
        + (f"<description>{escape(lead)}</description>" if lead else "")
        + (f"<pubDate>{date}</pubDate>" if date else "")
        + f"{extra}</item>"
    )
