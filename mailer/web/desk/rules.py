"""`/desk/inbox/<publication>/rules/`: what enters which section by itself, and what stays out."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.articles.models import Source
from mailer.curation.compose import find_publication
from mailer.curation.models import Publication, Rule, RuleKind, Section
from mailer.curation.propose import reconsider
from mailer.curation.rules import checked
from mailer.errors import N_, NotFound, Refused
from mailer.languages import known
from mailer.web.desk.find import find_source
from mailer.web.desk.frame import go, page, refuse_role, say, staff
from mailer.web.desk.may import EDIT, SEE
from mailer.web.desk.typed import line, whole


@staff(SEE, "GET", "POST")
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules in their order, and a form for one more."""
    publication = find_publication(slug)
    if request.method == "POST":
        return _add(request, publication) if request.user.has_perm(EDIT) else refuse_role(request)
    context = {
        "publication": publication,
        "rules": publication.rules.select_related("source", "section"),
        "sections": list(publication.sections.all()),
        "sources": Source.objects.filter(placements__publication=publication).order_by("title"),
        "kinds": RuleKind.values,
    }
    return page(request, "desk/rules.html", context)


def _add(request: HttpRequest, publication: Publication) -> HttpResponse:
    if not request.user.has_perm(EDIT):
        raise Refused(
            N_("Your role does not allow this. An administrator can give you another one.")
        )
    kind = line(request, "kind", 10)
    if kind not in RuleKind.values:
        raise Refused(N_("Choose what the rule looks at."))
    tongue = known(line(request, "language", 8))
    Rule.objects.create(
        publication=publication,
        kind=kind,
        words=checked(kind, line(request, "words", 200)),
        source=find_source(whole(request, "source")) if kind == RuleKind.SOURCE else None,
        language=tongue.code if tongue else "",
        section=_section(request, publication),
        created_at=timezone.now(),
    )
    reconsider(publication)
    say(request, gettext("The rule holds from now on, and for what waits in the inbox."))
    return go("desk:rules", publication.slug)


def _section(request: HttpRequest, publication: Publication) -> Section | None:
    """The section that was chosen; None leaves out."""
    if not line(request, "section", 20):
        return None
    section = publication.sections.filter(pk=whole(request, "section")).first()
    if section is None:
        raise NotFound(N_("This section is not in the publication any more."))
    return section
