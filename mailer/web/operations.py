"""What machines ask: is it alive, is it ready, how is it doing."""

from collections.abc import Iterator
from dataclasses import asdict

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from redis import Redis, RedisError

from mailer.articles.models import Source
from mailer.letters.models import Letter, LetterState
from mailer.mailings import ledger
from mailer.mailings.models import Mailing, MailingState


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when database, schema and Redis are there, else 503; JSON says which is not."""
    found = {"database": _database(), "redis": _redis()}
    status = 200 if all(word == "ok" for word in found.values()) else 503
    return JsonResponse(found, status=status)


@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' text format 0.0.4, each counted when it is asked for."""
    lines = [f"{name} {value}" for name, value in _figures()]
    return HttpResponse(
        "\n".join([*lines, ""]), content_type="text/plain; version=0.0.4; charset=utf-8"
    )


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return "no answer"
    return "behind" if missing else "ok"


def _redis() -> str:
    client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        client.ping()
    except (RedisError, OSError):
        return "no answer"
    finally:
        client.close()
    return "ok"


def _figures() -> Iterator[tuple[str, int]]:
    """Deliveries of the mailings under way alone: what is over does not change, and is many."""
    waiting = Letter.objects.filter(state__in=[LetterState.QUEUED, LetterState.SENDING])
    yield "mailer_letters_waiting", waiting.count()
    yield "mailer_sources", Source.objects.count()
    yield "mailer_sources_troubled", Source.objects.filter(error__isnull=False).count()
    open_ones = Mailing.objects.filter(state__in=[MailingState.RUNNING, MailingState.PAUSED])
    mailings = list(open_ones)
    by_state = dict(Mailing.objects.values_list("state").annotate(Count("pk")).order_by())
    for state in MailingState.values:
        yield f'mailer_mailings{{state="{state}"}}', by_state.get(state, 0)
    yield "mailer_mailings_open", len(mailings)
    yield "mailer_relay_down", sum(mailing.relay_error is not None for mailing in mailings)
    for mailing in mailings:
        for state, count in asdict(ledger.sums(mailing.pk)).items():
            labels = f'mailing="{mailing.pk}",state="{state}"'
            if state != "recipients":
                yield f"mailer_deliveries{{{labels}}}", count
