"""The process that parses: `python -m mailer.articles.child`, spoken to by `reader.py`.

Each request is four bytes of length, JSON, and the body it announces; each answer a line of JSON:
{"feed": …}, {"page": …}, {"picture": …, its bytes in base64}, {"refused": a stored sentence}, which
for a web page that came instead of a feed also names its "places" and its "api", or {"crashed":
what}. It ends by itself when nothing came for a while, for its model of languages takes 75 MB.
"""

import contextlib
import json
import os
import resource
import select
from base64 import b64encode
from dataclasses import asdict
from typing import Any, BinaryIO

from mailer.articles import facts, feed
from mailer.articles.autodiscovery import WebPage
from mailer.errors import MailerError

MEMORY = 600_000_000  # bytes of address space; 5 MB of feed needed 235 million
CPU_SECONDS = 8  # per feed; 5 MB of feed needed 1.6
IDLE_SECONDS = 30


def main() -> None:
    """Answer requests until the input ends or nothing came for `IDLE_SECONDS`."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints is no answer
    with contextlib.suppress(ValueError):  # macOS sets no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests = os.fdopen(0, "rb", buffering=0)
    while select.select([requests], [], [], IDLE_SECONDS)[0]:
        request = _next(requests)
        if not request:
            return
        _grant_cpu()
        body = _exactly(requests, request.pop("length"))
        answers.write(json.dumps(_answer(body, request)).encode() + b"\n")


def _answer(body: bytes, request: dict[str, Any]) -> dict[str, Any]:
    try:
        return _READ[request.pop("what")](body, request)
    except WebPage as page:
        return {"refused": page.stored(), "places": page.places, "api": page.api}
    except MailerError as refusal:
        return {"refused": refusal.stored()}
    except Exception as error:
        return {"crashed": type(error).__name__}


# What they need is imported where it is needed, so that the limits hold for it too, and so that
# who reads no page does without the 20 MB that this takes.
def _feed(body: bytes, request: dict[str, Any]) -> dict[str, Any]:
    from mailer.articles.parse import parse

    return {"feed": feed.to_json(parse(body, **request))}


def _page(body: bytes, request: dict[str, Any]) -> dict[str, Any]:
    from mailer.articles.page import read_page

    return {"page": facts.to_json(read_page(body, **request))}


def _picture(body: bytes, request: dict[str, Any]) -> dict[str, Any]:
    from mailer.pictures.prepare import prepare
    from mailer.pictures.prepared import Room

    made = prepare(body, Room(request["width"], request["height"]))
    return {"picture": asdict(made) | {"content": b64encode(made.content).decode()}}


_READ = {"feed": _feed, "page": _page, "picture": _picture}


def _grant_cpu() -> None:
    """Let this request use so many seconds more than all before it have used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _next(stream: BinaryIO) -> dict[str, Any]:
    """The next request; empty at the end of the input."""
    length = int.from_bytes(_exactly(stream, 4), "big")
    found: dict[str, Any] = json.loads(_exactly(stream, length) or b"{}")
    return found


def _exactly(stream: BinaryIO, length: int) -> bytes:
    pieces: list[bytes] = []
    while length > 0:
        piece = stream.read(min(length, 1 << 20))
        if not piece:
            return b""
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


if __name__ == "__main__":
    main()
