"""What of a publication is public: the numbers that were sent, or are being sent."""

from django.db.models import QuerySet

from mailer.curation.models import Issue, IssueState, Publication
from mailer.editions.models import Edition
from mailer.errors import N_, NotFound


def published(slug: str) -> tuple[Publication, QuerySet[Issue]]:
    """A publication and its public numbers, the newest first. Raises NotFound."""
    publication = Publication.objects.filter(slug=slug).first()
    if publication is None:
        raise NotFound(N_("There is no such publication here."))
    sent = publication.issues.filter(state__in=[IssueState.SENDING, IssueState.SENT])
    return publication, sent.order_by("-number")


def edition_of(slug: str, number: int, language: str) -> Edition:
    """The edition of a public number. Raises NotFound."""
    _, sent = published(slug)
    edition = (
        Edition.objects.select_related("issue__publication")
        .filter(issue__in=sent.filter(number=number), language=language)
        .first()
    )
    if edition is None:
        raise NotFound(N_("This number was not published in this language."))
    return edition
