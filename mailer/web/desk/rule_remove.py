"""`/desk/inbox/<publication>/rules/remove/`: a rule that is not wanted any more."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from mailer.curation.compose import find_publication
from mailer.curation.propose import reconsider
from mailer.errors import N_, Refused
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import EDIT
from mailer.web.desk.typed import whole


@staff(EDIT, "POST")
def rule_remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Remove it; what it had left out comes up in the inbox."""
    publication = find_publication(slug)
    gone, _ = publication.rules.filter(pk=whole(request, "rule")).delete()
    if not gone:
        raise Refused(N_("This rule is not there any more: look at the list as it is now."))
    reconsider(publication)
    say(request, gettext("The rule was removed."))
    return go("desk:rules", slug)
