"""Rows by the id of an address; NotFound with a sentence."""

from mailer.articles.models import Source
from mailer.curation.models import Publication, Section
from mailer.editions.models import Edition
from mailer.errors import N_, NotFound
from mailer.mailings.models import Mailing


def find_source(source_id: int) -> Source:
    """The source of an id."""
    found = Source.objects.filter(pk=source_id).first()
    if found is None:
        raise NotFound(
            N_("There is no source %(source)s. The desk's page of sources lists them."),
            source=source_id,
        )
    return found


def find_mailing(mailing_id: int) -> Mailing:
    """The mailing of an id, with its issue and publication."""
    found = (
        Mailing.objects.select_related("issue__publication", "requested_by", "stopped_by")
        .filter(pk=mailing_id)
        .first()
    )
    if found is None:
        raise NotFound(N_("There is no mailing %(mailing)s."), mailing=mailing_id)
    return found


def find_edition(issue_id: int, language: str) -> Edition:
    """An issue's edition in a language, with its issue and publication."""
    found = (
        Edition.objects.select_related("issue__publication")
        .filter(issue_id=issue_id, language=language)
        .first()
    )
    if found is None:
        raise NotFound(N_("Issue %(issue)s has no edition in this language."), issue=issue_id)
    return found


def find_section_of(publication: Publication, section_id: int) -> Section:
    """A publication's section of an id."""
    found = publication.sections.filter(pk=section_id).first()
    if found is None:
        raise NotFound(N_("This section is not in the publication any more."))
    return found
