"""What of a publication is public: the editions that were sent, or are being sent."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from mailer.curation.models import Issue, Publication
from mailer.editions.archive import PUBLIC, public_editions
from mailer.editions.models import Edition
from mailer.errors import N_, NotFound


def title_of(slug: str) -> Publication:
    """The publication of a slug. Raises NotFound."""
    publication = Publication.objects.select_related("logo").filter(slug=slug).first()
    if publication is None:
        raise NotFound(N_("There is no such publication here."))
    return publication


def numbers_of(publication: Publication) -> QuerySet[Issue]:
    """Its public numbers with their public editions, the newest first."""
    editions = public_editions(publication).order_by("pk")
    with_one = Exists(editions.filter(issue=OuterRef("pk")))
    return (
        publication.issues.filter(with_one)
        .prefetch_related(Prefetch("editions", queryset=editions))
        .order_by("-number")
    )


def edition_of(slug: str, number: int, language: str) -> Edition:
    """The edition of a public number, a withdrawn one too. Raises NotFound."""
    edition = (
        Edition.objects.select_related("issue__publication__logo")
        .filter(
            issue__publication__slug=slug,
            issue__number=number,
            issue__state__in=PUBLIC,
            language=language,
        )
        .first()
    )
    if edition is None:
        title_of(slug)
        raise NotFound(N_("This number was not published in this language."))
    return edition


def neighbours(edition: Edition) -> tuple[int | None, int | None]:
    """The numbers before and after it that came out in its language."""
    issue = edition.issue
    beside = public_editions(issue.publication).filter(language=edition.language)
    numbers = beside.values_list("issue__number", flat=True)
    older = numbers.filter(issue__number__lt=issue.number).order_by("-issue__number").first()
    newer = numbers.filter(issue__number__gt=issue.number).order_by("issue__number").first()
    return older, newer
