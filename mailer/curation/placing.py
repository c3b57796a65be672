"""Where a source's articles go."""

from mailer.articles.models import Source
from mailer.curation.models import Placement, Publication, Section
from mailer.errors import N_, NotFound


def place(source: Source, publication: Publication, section_slug: str | None) -> Placement:
    """Give a source its section in a publication (the first one when none is named), or move it."""
    section = find_section(publication, section_slug)
    placement, _ = Placement.objects.update_or_create(
        source=source, publication=publication, defaults={"section": section}
    )
    return placement


def find_section(publication: Publication, slug: str | None) -> Section:
    """A publication's section of this slug, the first where none is named; NotFound for another."""
    sections = {section.slug: section for section in publication.sections.all()}
    if slug and slug not in sections:
        raise NotFound(
            N_("%(publication)s has no section “%(section)s”. It has: %(there_are)s."),
            publication=publication.slug,
            section=slug,
            there_are=", ".join(sections) or "–",
        )
    if not sections:
        raise NotFound(N_("%(publication)s has no section yet."), publication=publication.slug)
    return sections[slug] if slug else next(iter(sections.values()))
