"""Many sources at once: as a list for other readers, and from one of theirs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from mailer.articles.adding import KnownAlready, add_source
from mailer.articles.canonical import shown
from mailer.articles.models import VISITED, Source
from mailer.articles.opml import Outline
from mailer.curation.compose import find_publication
from mailer.curation.placing import find_section, place
from mailer.errors import MailerError
from mailer.languages import DEFAULT_LANGUAGE, known


@dataclass(slots=True)
class Report:
    """How many were added and how many were there; the others' addresses, and why not."""

    added: int = 0
    known: int = 0
    refused: list[tuple[str, MailerError]] = field(default_factory=list)


def listed() -> list[Outline]:
    """The sources that are visited, by name; files of this machine are nobody's."""
    sources = (
        Source.objects.filter(kind__in=VISITED, allow_local=False)
        .prefetch_related("placements__section")
        .order_by("title", "pk")
    )
    return [
        # A password in an address is for us alone.
        Outline(shown(source.url), source.title, _section(source), source.language)
        for source in sources
    ]


def bring_in(outlines: Iterable[Outline], wanted: str, now: datetime) -> Report:
    """Add each feed of a list to the `publication/section` wanted, each by itself.

    A folder that is called as a section of the publication is that section. NotFound, and nothing
    is added, where there is no such place.
    """
    slug, _, section_slug = wanted.partition("/")
    publication = find_publication(slug)
    otherwise = find_section(publication, section_slug).slug
    by_name = {
        name.casefold(): section.slug
        for section in publication.sections.all()
        for name in (section.slug, *section.names.values())
    }
    report = Report()
    for outline in outlines:
        section = by_name.get(outline.group.casefold(), otherwise)
        hint = known(outline.language)
        try:
            with transaction.atomic():
                source = add_source(
                    outline.url, title=outline.title, language=hint.code if hint else "", now=now
                )
                place(source, publication, section)
        except KnownAlready:
            report.known += 1
        except MailerError as refusal:
            report.refused.append((outline.url, refusal))
        else:
            report.added += 1
    return report


def _section(source: Source) -> str:
    """The name of its first section, in the language most sections are named in."""
    placement = next(iter(source.placements.all()), None)
    return placement.section.name(DEFAULT_LANGUAGE) if placement else ""
