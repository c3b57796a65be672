"""Every page that is open to strangers, out of the route table: a look at it changes nothing.

A route that is added is looked at by itself; one with a new kind of part fails here until it is
said what may stand in it.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from mailer.curation.models import Publication
from mailer.subscribers import links
from mailer.subscribers.models import AddressChange
from tests.people import reader
from tests.web.staff import drafted

pytestmark = pytest.mark.django_db
#: Behind a login, or a key of their own: tests/web/test_matrix.py goes through these.
STAFF = ("admin/", "desk/", "api/v1/")
CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "TRUNCATE")


def _routes(under: Any, prefix: str = "", space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in under.url_patterns:
        place = prefix + str(one.pattern)
        if place.startswith(STAFF):
            continue
        if isinstance(one, URLResolver):
            yield from _routes(one, place, f"{one.app_name}:" if one.app_name else space)
        else:
            yield f"{space}{one.name or place}", one


ROUTES = dict(_routes(get_resolver()))


def _tokens() -> list[str]:
    """A token for every purpose: a pending person's, and a reader's."""
    found = []
    for state in ("pending", "confirmed"):
        person = reader(f"{state}@example.org", "ar", state=state)
        tie, now = person.subscriptions.get(), timezone.now()
        change = AddressChange.objects.create(
            subscriber=person, email="new@example.net", limit_key="", requested_at=now
        )
        found += [
            links.confirm_url(person.pk, tie.mailing_list_id, tie.round, now),
            links.disown_url(person.pk, tie.mailing_list_id, tie.round, now),
            links.preferences_url(person.pk, now),
            links.unsubscribe_url(person.pk, tie.mailing_list_id),
            links.unsubscribe_url(person.pk),
            links.data_url(person.pk, person.email_key or "", now),
            links.address_url(person.pk, change.pk, now),
        ]
    return [*(url.rpartition("/")[2] for url in found), "refused"]


def _counted() -> str:
    """The key of an edition whose clicks are counted."""
    Publication.objects.update(count_clicks=True)
    return drafted().editions.get(language="fr").clicks_key


def _paths() -> list[tuple[str, str]]:
    """Each route with whatever may stand in its parts."""
    parts: dict[str, list[Any]] = {
        "token": _tokens(),
        "publication": ["revue-de-presse", "nothing"],
        "number": [1],
        "key": [_counted(), "0" * 16],
        "language": ["ar", "tlh"],
        "digest": ["0" * 32],
        "ending": ["png"],
    }
    found = []
    for name, route in ROUTES.items():
        names = [*route.pattern.regex.groupindex]
        assert set(names) <= set(parts), f"{name}: what may stand in {names}?"
        for values in product(*(parts[one] for one in names)):
            given = dict(zip(names, values, strict=True))
            found.append((name, reverse(name, kwargs=given) if route.name else f"/{name}"))
    return found


def _rows() -> dict[str, list[dict[str, Any]]]:
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
    }


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_look_at_any_public_page_changes_nothing(method: str) -> None:
    paths, before = _paths(), _rows()
    answered = set()
    for name, path in paths:
        for query in ("", "?lang=fr&List-Unsubscribe=One-Click&email=x@example.org&yes=1"):
            scanner = Client(headers={"user-agent": "a link scanner"})
            with CaptureQueriesContext(connection) as asked:
                answer = scanner.generic(method, path + query)
                b"".join(answer) if answer.streaming else answer.content
            written = [one["sql"] for one in asked if one["sql"].lstrip().startswith(CHANGES)]
            assert written == [], path
            assert answer.status_code < 500 or path == "/readyz", path
            # The catcher, on the machine of who tries the product, has a form to empty it.
            assert not scanner.cookies or name.startswith("catcher:"), path
            if answer.status_code == 200:
                answered.add(name)
    assert _rows() == before
    assert "go" in answered
    assert {one for one in ROUTES if "token" in ROUTES[one].pattern.regex.groupindex} <= answered
