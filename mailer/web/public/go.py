"""`/go/<key>/<number>`: a link of a mail whose clicks are counted, on its way to the article.

GET and HEAD change nothing: the page says where it leads and goes there; its script posts to the
same address on the way, and that alone is counted. So a program that only follows links, as mail
filters do, is led on and counts for nobody. Where it leads is what the frozen edition says.
"""

from django.http import HttpRequest, HttpResponse

from mailer.errors import N_, Refused
from mailer.languages import LANGUAGES
from mailer.receipts import clicks
from mailer.web.public.asking import may_count, site
from mailer.web.public.page import language_of, on_the_way, public, sealed


@public
def go(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Lead on, and count a POST; the same answer whether it was counted or one too many."""
    target = clicks.find(key, int(number))
    if request.method != "POST":
        return on_the_way(request, target.url, language_of(request, target.language))
    if site(request):
        raise Refused(N_("A click is counted from our own page alone."))
    if may_count(request):
        clicks.count(target)
    return sealed(HttpResponse(status=204), LANGUAGES[target.language])
