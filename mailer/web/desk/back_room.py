"""`/admin/login/`: the back room is entered by the desk's door, one login for both."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from mailer.web.desk.frame import refuse_role


def back_room(request: HttpRequest) -> HttpResponse:
    """To the desk's login and back; who is logged in and still comes here may not enter."""
    if request.user.is_authenticated:
        return refuse_role(request)
    after = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(after, allowed_hosts=None)
    return redirect_to_login(after if ours else "/admin/")
