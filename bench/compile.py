"""`./run bench compile`: an issue of 40 articles in three languages, compiled, inlined, weighed.

The rival in the same run is premailer alone on the HTML that the templates write: inlining must be
most of what compiling costs, or something is done twice. In a database of its own, in memory.
"""

import os
import random
import re
import tempfile
from statistics import median
from time import perf_counter, process_time

os.environ["MAILER_DATA"] = tempfile.mkdtemp(prefix="mailer-bench-")
os.environ["DATABASE_URL"] = "sqlite://:memory:"
os.environ["DJANGO_SETTINGS_MODULE"] = "mailer.settings"

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone

from bench.parts.prose import SYLLABLES, words

RUNS = 7
_STYLE = re.compile(r"(?s)<style>(.*?)</style>")
ARTICLES = 40


def _fill() -> None:
    from tests.people import article, source

    for language in SYLLABLES:
        outlet = source(f"outlet-{language}", language=language)
        for number in range(ARTICLES):
            chance = random.Random(f"{language} {number}")
            title, lead = words(chance, language, 9), words(chance, language, 27)
            article(outlet, title, lead=f"{lead}.", at=timezone.now())


def main() -> None:
    """Print the medians of a few runs, and what the editions weigh."""
    from mailer.curation.compose import draft_issue
    from mailer.editions import compose as stage
    from mailer.editions.compile import compile_issue
    from tests.people import review

    call_command("migrate", verbosity=0)
    _fill()
    issue = draft_issue(review(), now=timezone.now())
    inline, written = stage.inline, []
    stage.inline = lambda html: written.append(html) or inline(html)
    ours, of_cpu, rival = [], [], []
    for _ in range(RUNS):
        written.clear()
        began, burnt = perf_counter(), process_time()
        editions = compile_issue(issue.pk, timezone.now())
        ours.append(perf_counter() - began)
        of_cpu.append(process_time() - burnt)
        began = perf_counter()
        for html in written:
            inline(html)
        rival.append(perf_counter() - began)
    print(f"{len(editions)} editions of {ARTICLES} articles, median of {RUNS} runs")
    print(f"  compile, rows to frozen editions   {median(ours) * 1000:6.0f} ms")
    print(f"  of CPU                             {median(of_cpu) * 1000:6.0f} ms")
    print(f"  premailer alone on the same HTML   {median(rival) * 1000:6.0f} ms")
    print(f"  ratio                              {median(ours) / median(rival):6.2f}")
    print(f"  inlining, an edition               {median(rival) / len(editions) * 1000:6.0f} ms")
    for edition in editions:
        assert edition.articles == ARTICLES, "articles that tell the same have become one entry"
        weight, sheet = len(edition.html.encode()), "".join(_STYLE.findall(edition.html))
        print(f"  HTML, {edition.language:26} {weight:9,} bytes, <style> {len(sheet):,}")


if __name__ == "__main__":
    main()
