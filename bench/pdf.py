"""`./run bench pdf`: an issue of 40 articles in three languages, each printed as a PDF.

From the stored page to the bytes, the child process and its start included, as a worker pays for
it: two seconds each, on a machine that is quiet; the processor's own share is told beside it. The
rival in the same run is Debian's chromium on the very same HTML, without what it cannot do (page
numbers in the contents) and without what is asked of ours (letters that no font has are an error).
"""

import os
import resource
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

os.environ["MAILER_DATA"] = tempfile.mkdtemp(prefix="mailer-bench-")
os.environ["DATABASE_URL"] = "sqlite://:memory:"
os.environ["DJANGO_SETTINGS_MODULE"] = "mailer.settings"

import django

django.setup()

from mailer.editions.layout import lay_out
from mailer.editions.paper import on_paper
from mailer.editions.press import print_pdf
from mailer.editions.stored import for_everybody, from_json
from mailer.errors import MailerError
from mailer.typesetting.themes import shipped
from tests.editions.sample import URLS, draft, hole
from tests.editions.words import TableWords

RUNS = 5
ARTICLES = 40
BAR = 2.0
CHROMIUM = Path("/usr/bin/chromium")
_SWITCHES = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")


def _stored(code: str) -> dict[str, object]:
    return for_everybody(lay_out(draft(code, ARTICLES), URLS, TableWords(code), hole))


def _ours(stored: dict[str, object]) -> tuple[float, float, int]:
    """Seconds, those of the processor among them, and bytes."""
    began, before = perf_counter(), _processor()
    content = print_pdf(on_paper(from_json(stored), date(2025, 5, 21), shipped()), {})
    return perf_counter() - began, _processor() - before, len(content)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _rivals(html: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(html, encoding="utf-8")
        own = (f"--user-data-dir={folder}/profile", f"--print-to-pdf={folder}/page.pdf")
        began = perf_counter()
        words = [str(CHROMIUM), *_SWITCHES, *own, page.as_uri()]
        subprocess.run(words, check=True, capture_output=True, timeout=60)
        return perf_counter() - began


def main() -> int:
    """Print the medians of a few runs; 1 where a language takes longer than its bar."""
    print(f"{ARTICLES} articles as a PDF, median of {RUNS} runs (bar: {BAR:.0f} s each)")
    slow = False
    for code in ("fr", "ar", "en"):
        stored = _stored(code)
        html = on_paper(from_json(stored), date(2025, 5, 21), shipped())
        runs = [_ours(stored) for _ in range(RUNS)]
        took, worked, size = (median(each) for each in zip(*runs, strict=True))
        slow = slow or took > BAR
        print(f"  {code}  {took:5.2f} s ({worked:4.2f} of CPU)  {size / 1000:4.0f} kB", end="")
        if CHROMIUM.exists():
            rival = median(_rivals(html) for _ in range(RUNS))
            print(f"   chromium {rival:5.2f} s   ratio {took / rival:5.2f}", end="")
        print()
    return int(slow)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MailerError as missing:
        sys.exit(str(missing))
