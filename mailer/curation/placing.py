"""Where a source's articles go."""

from mailer.articles.models import Source
from mailer.curation.models import Placement, Publication
from mailer.errors import N_, NotFound


def place(source: Source, publication: Publication, section_slug: str | None) -> Placement:
    """Give a source its section in a publication (the first one when none is named), or move it."""
    sections = {section.slug: section for section in publication.sections.all()}
    if section_slug and section_slug not in sections:
        raise NotFound(
            N_("%(publication)s has no section “%(section)s”. It has: %(there_are)s."),
            publication=publication.slug,
            section=section_slug,
            there_are=", ".join(sections) or "–",
        )
    if not sections:
        raise NotFound(N_("%(publication)s has no section yet."), publication=publication.slug)
    section = sections[section_slug] if section_slug else next(iter(sections.values()))
    placement, _ = Placement.objects.update_or_create(
        source=source, publication=publication, defaults={"section": section}
    )
    return placement
