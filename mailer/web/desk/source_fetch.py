"""`/desk/sources/<id>/fetch/`: fetch a source now."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer import tasks
from mailer.articles.models import Source
from mailer.web.desk.find import find_source
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import CHANGE_SOURCE


@staff(CHANGE_SOURCE, "POST")
def source_fetch(request: HttpRequest, source_id: int) -> HttpResponse:
    """Make it due and ring; where nobody hears the bell, the clock comes by within a minute."""
    source = find_source(source_id)
    Source.objects.filter(pk=source.pk).update(next_fetch_at=timezone.now())
    tasks.ring(tasks.refresh_source, source.pk)
    say(request, gettext("%(source)s is being fetched.") % {"source": source})
    return go("desk:sources", anchor=f"#source-{source.pk}")
