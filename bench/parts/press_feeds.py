"""Real feeds, normal and hostile, through the parsing child."""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import feedparser

from bench.parts.processes import resident
from bench.parts.table import Table
from mailer.articles.feed import ParsedFeed
from mailer.articles.reader import Reader
from mailer.errors import ParseError
from mailer.languages import LANGUAGES
from tests.shared import shared

URL = "https://presse.example/feed"
_DATES = ("published", "updated", "created")
_HEAD = [
    "feeds",
    "files",
    "with entries",
    "entries",
    "dated of those with a date",
    "language right",
]


@dataclass(frozen=True)
class Reading:
    """One feed: what came of it, in which time; `said` is the sentence of a refusal."""

    path: Path
    feed: ParsedFeed | None
    said: str
    seconds: float
    memory: float


def tables() -> Iterator[Table]:
    """What the normal ones give, and what the hostile ones cost."""
    with Reader() as reader:
        normal = [_read(reader, path) for path in _files("normal")]
        hostile = [_read(reader, path) for path in _files("nasty")]
    yield Table(_HEAD, [_given("ours", normal), _alone()])
    head = ["hostile feeds", "files", "read", "refused in a sentence", "crashed", "slowest s"]
    yield Table([*head, "child's peak MB"], [_cost(hostile)])


def _files(kind: str) -> list[Path]:
    return sorted(shared(f"feeds/{kind}").iterdir())


def _read(reader: Reader, path: Path) -> Reading:
    began = time.perf_counter()
    feed, said = None, ""
    try:
        feed = reader.read(path.read_bytes(), content_type="", url=URL)
    except ParseError as refusal:
        said = str(refusal)
    took = time.perf_counter() - began
    child = reader._child
    return Reading(path, feed, said, took, resident(child.pid) if child else 0.0)


def _given(name: str, readings: list[Reading]) -> list[str]:
    full = [each for each in readings if each.feed and each.feed.entries]
    entries = sum(len(each.feed.entries) for each in full if each.feed)
    dated = right = spoken = carried = 0
    for each in full:
        carry = _carried(each.path)
        carried += carry
        told = each.feed.entries if each.feed else ()
        dated += min(carry, sum(1 for entry in told if entry.published_at))
        code = each.path.name[:2]
        if code in LANGUAGES:
            spoken += len(told)
            right += sum(1 for entry in told if entry.language == code)
    return [
        name,
        str(len(readings)),
        str(len(full)),
        str(entries),
        f"{dated / carried:.1%}",
        f"{right / spoken:.1%}",
    ]


def _carried(path: Path) -> int:
    """How many entries carry a date at all, as text."""
    body = path.read_bytes()
    if body.lstrip().startswith(b"{"):
        return body.count(b'"date_published"') or body.count(b'"date_modified"')
    entries = feedparser.parse(io.BytesIO(body)).entries
    return sum(
        1 for e in entries if any(dict.get(e, n) for n in ("published", "updated", "created"))
    )


def _alone() -> list[str]:
    """The same by feedparser alone: it knows no JSON and looks at no language."""
    full = entries = dated = carried = 0
    for path in _files("normal"):
        found = feedparser.parse(io.BytesIO(path.read_bytes())).entries
        full += bool(found)
        entries += len(found)
        carried += _carried(path)
        names = [f"{name}_parsed" for name in _DATES]
        dated += sum(1 for entry in found if any(dict.get(entry, name) for name in names))
    share = f"{dated / carried:.1%}"
    return ["feedparser alone", str(len(_files("normal"))), str(full), str(entries), share, "–"]


def _cost(readings: list[Reading]) -> list[str]:
    crashed = [each for each in readings if "broke the program" in each.said]
    return [
        "ours",
        str(len(readings)),
        str(sum(1 for each in readings if each.feed)),
        str(sum(1 for each in readings if each.said) - len(crashed)),
        str(len(crashed)),
        f"{max(each.seconds for each in readings):.2f}",
        f"{max(each.memory for each in readings):.0f}",
    ]
