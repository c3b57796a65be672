"""What turns a view of allauth into a page of the desk."""

from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.html import json_script

from mailer.trail.models import Area
from mailer.trail.note import acting, note
from mailer.web.desk.frame import page, person, protect


class OnTheDesk:
    """Mixed in before a view of allauth: its page is the `template` of ours."""

    template: ClassVar[str]
    #: Looking changes nothing, so nothing else is asked for by a browser.
    http_method_names: ClassVar[list[str]] = ["get", "head", "post"]

    request: HttpRequest

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponseBase:
        """Our template, with what the view found out; a script reads `js_data` as JSON."""
        if "js_data" in context:
            context["js_data"] = json_script(context["js_data"], "js_data")
        return page(self.request, self.template, context)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As the view does, with the desk's headers on whatever it answers.

        allauth counts whatever is no GET as a try: a HEAD is a look too, and what no view takes is
        none at all.
        """
        asked = (request.method or "").lower()
        if asked not in self.http_method_names:
            return HttpResponseNotAllowed([name.upper() for name in self.http_method_names])
        request.method = "GET" if asked == "head" else request.method
        try:
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the view's
        finally:
            request.method = asked.upper()
        return protect(answer)


class Managed(OnTheDesk):
    """A page on which somebody changes their own account: the act and its trail stand or fall."""

    #: What the trail says of it: the verb, and the sentence.
    act: ClassVar[tuple[str, str]]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Do it in one transaction."""
        with acting(person(request)), transaction.atomic():
            answer: HttpResponseBase = super().post(request, *args, **kwargs)  # type: ignore[misc]  # the view's
            return answer

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Note it beside what allauth does, which tells of it after the commit only."""
        verb, told = self.act
        note(verb, told, Area.STAFF, person(self.request).pk)
        answer: HttpResponseBase = super().form_valid(form)  # type: ignore[misc]  # the view's
        return answer
