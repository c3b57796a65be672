"""Article pages of the shared data against what people expect of them."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import mean
from typing import Any

from trafilatura import bare_extraction

from bench.parts.table import Table
from mailer.articles.page import read_page
from tests.shared import shared

_HEAD = ["pages", "files", "title", "with a date", "date", "texts", "body F1", "ms a page"]


@dataclass(frozen=True)
class Told:
    """What was read of a page."""

    title: str
    date: str
    body: str


@dataclass(frozen=True)
class Expected:
    """A page, and what is expected: `body` whole, or None where only parts of it are named."""

    html: bytes
    url: str
    title: str
    date: str
    body: str | None


def tables() -> Iterator[Table]:
    """Ours, and trafilatura alone."""
    pages = [*_fundus(), *_trafilatura()]
    ours(pages[0])  # it loads 100 MB of models first
    yield Table(_HEAD, [_row("ours", ours, pages), _row("trafilatura alone", alone, pages)])


def ours(page: Expected) -> Told:
    """As the parsing child reads it."""
    facts = read_page(page.html, content_type="text/html", url=page.url)
    date = facts.published_at.date().isoformat() if facts.published_at else ""
    return Told(facts.title, date, facts.body)


def alone(page: Expected) -> Told:
    """As the library reads it by itself."""
    found: Any = bare_extraction(
        page.html, url=page.url, with_metadata=True, include_comments=False
    )
    if found is None:
        return Told("", "", "")
    return Told(found.title or "", found.date or "", found.text or "")


def _row(name: str, reads: Any, pages: list[Expected]) -> list[str]:
    began = time.perf_counter()
    told = [(page, reads(page)) for page in pages]
    took = time.perf_counter() - began
    titled = [(page, read) for page, read in told if page.title]
    dated = [(page, read) for page, read in told if page.date]
    whole = [(page.body, read.body) for page, read in told if page.body is not None]
    return [
        name,
        str(len(pages)),
        f"{mean(read.title == page.title for page, read in titled):.0%}",
        str(len(dated)),
        f"{mean(read.date == page.date for page, read in dated):.0%}",
        str(len(whole)),
        f"{mean(_f1(read, expected) for expected, read in whole):.3f}",
        f"{took / len(pages) * 1000:.0f}",
    ]


def _f1(read: str, expected: str) -> float:
    found, wanted = (Counter(re.findall(r"\w+", text.lower())) for text in (read, expected))
    common = sum((found & wanted).values())
    return 2 * common / (sum(found.values()) + sum(wanted.values())) if common else 0.0


def _fundus() -> Iterator[Expected]:
    """Pages whose whole text was taken down; the version nearest to the day it was fetched."""
    folder = shared("articles")
    for path in sorted(folder.glob("fundus_*.html")):
        *name, year, month, day = path.stem.split("_")
        versions = json.loads((folder / f"{'_'.join(name)}.json").read_text()).values()
        fetched = datetime(int(year), int(month), int(day))  # noqa: DTZ001 - a day of no zone
        told = min(versions, key=lambda version: abs(_moment(version) - fetched))
        url = f"https://{name[2].lower()}.example/a/1"
        moment = datetime.fromisoformat(told["publishing_date"])
        date = _utc(moment).date().isoformat()
        yield Expected(path.read_bytes(), url, told["title"].strip(), date, _body(told))


def _moment(version: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(version["publishing_date"]).replace(tzinfo=None)


def _utc(moment: datetime) -> datetime:
    from datetime import UTC

    return moment.astimezone(UTC) if moment.tzinfo else moment


def _body(told: dict[str, Any]) -> str:
    sections = told["body"]["sections"]
    parts = [line for part in sections for line in (*part["headline"], *part["paragraphs"])]
    return "\n".join([*(told["body"].get("summary") or []), *parts])


def _trafilatura() -> Iterator[Expected]:
    """Pages of which title, date and some sentences were taken down."""
    folder = shared("articles")
    for told in json.loads((folder / "trafilatura_expected.json").read_text()).values():
        path: Path = folder / f"trafilatura_{told['file']}"
        if path.is_file():
            title = " ".join((told.get("title") or "").split())
            yield Expected(path.read_bytes(), told["url"], title, told.get("date") or "", None)
