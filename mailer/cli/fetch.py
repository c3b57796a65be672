"""`mailer fetch [ID…]`: what is due, or the named sources, now."""

import argparse
import sys
import time
from dataclasses import asdict

from django.utils import timezone

from mailer.articles.models import Source
from mailer.articles.pages import look
from mailer.articles.refresh import FetchReport, due_sources, policy, refresh_many
from mailer.errors import N_, NotFound
from mailer.rendering import sentence

#: Seconds within which pages are begun that fill in what the feeds left out.
_PAGES = 20.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """[ID…] [--json]."""
    parser.add_argument("ids", nargs="*", type=int, metavar="ID", help="sources; else what is due")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> list[dict[str, object]]:
    """A line or an object per source; a source that fails is told and stops no other."""
    _refuse_unknown(args.ids)
    ids = args.ids or due_sources(timezone.now())
    reports: list[FetchReport] = []
    for report in refresh_many(ids, force=bool(args.ids)):
        reports.append(report)
        if not args.json:
            print(_line(report))
    # Whoever compiles next finds them filled in; what is left, the clock looks at.
    look(policy(), until=time.monotonic() + _PAGES)
    if not ids and not args.json:
        print("No source is due.", file=sys.stderr)
    place = {source_id: number for number, source_id in enumerate(ids)}
    return [_answer(report) for report in sorted(reports, key=lambda report: place[report.source])]


def _refuse_unknown(ids: list[int]) -> None:
    # A number beyond the column is as unknown as any other, and no query.
    possible = [pk for pk in ids if 0 < pk < 2**63]
    known = set(Source.objects.filter(pk__in=possible).values_list("pk", flat=True))
    if unknown := [pk for pk in ids if pk not in known]:
        raise NotFound(
            N_("There is no source %(source)s. The desk's page of sources lists them."),
            source=unknown[0],
        )


def _line(report: FetchReport) -> str:
    if report.error:
        return f"{report.source}  {report.url}  ✗ {sentence(report.error)}"
    return (
        f"{report.source}  {report.url}  {report.new} new, {report.updated} updated, "
        f"{report.unchanged} unchanged"
    )


def _answer(report: FetchReport) -> dict[str, object]:
    answer: dict[str, object] = asdict(report)
    answer["error"] = sentence(report.error) if report.error else None
    return answer
