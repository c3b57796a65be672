"""`/desk/limits/`: how fast mail may go, to the relay and to each provider of recipients."""

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.errors import N_, MailerError
from mailer.mailings import limiting
from mailer.mailings.limits import EVERY, covered, names_of_providers, per_second
from mailer.mailings.models import Limit, LimitScope
from mailer.smtp.relay import parse_relay
from mailer.trail.models import Area
from mailer.trail.note import noted
from mailer.web.desk.frame import go, language, page, say, staff
from mailer.web.desk.may import SETTLE
from mailer.web.desk.typed import line


@dataclass(frozen=True, slots=True)
class Row:
    """One limit on the page, or one that could be; `figure` is empty where there is none."""

    scope: str
    name: str
    figure: str
    also: tuple[str, ...]


@staff(SETTLE, "GET", "POST")
def limits(request: HttpRequest) -> HttpResponse:
    """GET lists, POST sets or changes one."""
    return _set(request) if request.method == "POST" else _show(request)


def scope(request: HttpRequest) -> LimitScope:
    """What a form's limit holds for."""
    is_relay = request.POST.get("scope") == LimitScope.RELAY
    return LimitScope.RELAY if is_relay else LimitScope.DOMAIN


def title(name: str) -> str:
    """A limit's name as it is said."""
    return gettext("Every other domain") if name == EVERY else name


def _show(request: HttpRequest) -> HttpResponse:
    """What is limited, and beside it what could be: the relay in use, and every other domain."""
    standing = limiting.standing()
    rows = [_row(limit) for limit in standing]
    known = {(row.scope, row.name) for row in rows}
    relay = _relay_in_use()
    if relay and (LimitScope.RELAY, relay) not in known:
        rows.append(Row(LimitScope.RELAY, relay, "", ()))
    if (LimitScope.DOMAIN, EVERY) not in known:
        rows.append(Row(LimitScope.DOMAIN, EVERY, "", ()))
    context = {
        "relays": [row for row in rows if row.scope == LimitScope.RELAY],
        "domains": [row for row in rows if row.scope == LimitScope.DOMAIN],
        "relay": relay,
        "every": EVERY,
        "title": title,
        "providers": names_of_providers(),
    }
    return page(request, "desk/limits.html", context)


def _set(request: HttpRequest) -> HttpResponse:
    figure = per_second(line(request, "per_second", 40))
    typed = line(request, "name", 260)
    told = N_("The pace for %(name)s was limited to %(figure)s a second")
    plain = f"{figure.normalize():f}"
    with noted("mailing.limit", told, Area.MAILING, None, name=typed, figure=plain):
        made = limiting.set_limit(scope(request), typed, figure, timezone.now())
    said = {"name": title(made.name), "figure": _figure(figure)}
    say(
        request,
        gettext("%(name)s: at most %(figure)s a second. Workers know within some seconds.") % said,
    )
    return go("desk:limits")


def _row(limit: Limit) -> Row:
    figure = _figure(limit.per_second or Decimal())
    return Row(limit.scope, limit.name, figure, covered(limit.name))


def _figure(value: Decimal) -> str:
    """As people type it here: no grouping, for the form takes it back as it is."""
    return str(format_decimal(value, format="0.###", locale=language().locale))


def _relay_in_use() -> str:
    try:
        return parse_relay(settings.SMTP_URL).name if settings.SMTP_URL else ""
    except MailerError:
        return ""
