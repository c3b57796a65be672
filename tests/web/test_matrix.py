"""Every page of the staff, asked for by everybody, by every method."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse

from mailer.articles.models import Source
from mailer.curation.models import Item, PdfUse
from mailer.editions.models import Pdf
from mailer.editions.printed import source_of
from mailer.mailings import fanout
from mailer.mailings.models import Mailing
from mailer.receipts.models import Receipt
from mailer.subscribers.models import Import, Segment, Subscriber
from mailer.web.accounts import routes as account_routes
from mailer.web.api import routes as api_routes
from mailer.web.desk import routes as desk_routes
from mailer.web.roles import ADMINISTRATOR, EDITOR, PUBLISHER, READER
from tests.people import WEDNESDAY, reader
from tests.web.staff import approved, at_work, member, visitor

pytestmark = pytest.mark.django_db

#: Route → the methods it takes, and the least role that may use each.
GET_EDITOR, POST_EDITOR = {"GET": EDITOR}, {"POST": EDITOR}
PAGES: dict[str, dict[str, str]] = {
    "today": GET_EDITOR,
    "inbox-first": GET_EDITOR,
    "inbox": GET_EDITOR,
    "inbox-act": POST_EDITOR,
    "rules": {"GET": EDITOR, "POST": EDITOR},
    "rule-remove": POST_EDITOR,
    "issues": GET_EDITOR,
    "issue": GET_EDITOR,
    "preview": GET_EDITOR,
    "preview-pdf": GET_EDITOR,
    "mailing": GET_EDITOR,
    "ledger": {"GET": PUBLISHER},
    "progress": GET_EDITOR,
    "sources": GET_EDITOR,
    "sources-export": GET_EDITOR,
    "declaration": GET_EDITOR,
    "source-look": GET_EDITOR | POST_EDITOR,
    "article-write": GET_EDITOR | POST_EDITOR,
    "publications": GET_EDITOR,
    "publication": {"GET": EDITOR, "POST": PUBLISHER},
    "theme": {"GET": EDITOR, "POST": PUBLISHER},
    "theme-sample": GET_EDITOR,
    "publication-logo": {"POST": PUBLISHER},
    "edition-withdraw": {"POST": PUBLISHER},
    "subscribers": {"GET": PUBLISHER},
    "figures": {"GET": READER},
    "figures-of": {"GET": READER},
    "people": {"GET": ADMINISTRATOR},
    "settings": {"GET": ADMINISTRATOR},
    "people-invite": {"POST": ADMINISTRATOR},
    "people-change": {"POST": ADMINISTRATOR},
    "invitation-withdraw": {"POST": ADMINISTRATOR},
    "trail": {"GET": PUBLISHER},
    "calendar": {"GET": EDITOR},
    "calendar-change": {"POST": PUBLISHER},
    "issue-schedule": {"POST": PUBLISHER},
    "issue-recall": {"POST": PUBLISHER},
    "limits": {"GET": PUBLISHER, "POST": PUBLISHER},
    "limit-remove": {"POST": PUBLISHER},
    "subscriber": {"GET": PUBLISHER},
    "export": {"POST": PUBLISHER},
    "segments": {"GET": PUBLISHER, "POST": PUBLISHER},
    "segment": {"GET": PUBLISHER, "POST": PUBLISHER},
    "issue-audience": {"GET": EDITOR, "POST": PUBLISHER},
    "imports": {"GET": PUBLISHER},
    "import": {"GET": PUBLISHER},
    "import-progress": {"GET": PUBLISHER},
    "import-refused": {"GET": PUBLISHER},
    "import-add": {"POST": PUBLISHER},
    "import-begin": {"POST": PUBLISHER},
    "import-cancel": {"POST": PUBLISHER},
    "send": {"GET": PUBLISHER, "POST": PUBLISHER},
    "approve": {"POST": PUBLISHER},
    "mailing-control": {"POST": PUBLISHER},
    "mailing-release": {"POST": PUBLISHER},
    "receipts": GET_EDITOR,
    "receipt": {"GET": PUBLISHER},
    "receipt-undo": {"POST": PUBLISHER},
    "receipt-act": {"POST": PUBLISHER},
    "mailing-again": {"GET": PUBLISHER, "POST": PUBLISHER},
    **dict.fromkeys(
        [
            "issue-new",
            "issue-review",
            "issue-comment",
            "issue-correct",
            "words",
            "take-new",
            "compile-anew",
            "test",
            "reopen",
            "discard",
            "item-edit",
            "item-move",
            "item-hide",
            "item-picture",
            "item-add",
            "item-take",
            "item-pin",
            "item-remove",
            "undo",
            "here",
            "source-add",
            "article-take",
            "sources-import",
            "source-place",
            "source-fetch",
        ],
        POST_EDITOR,
    ),
}
#: Files, and parts of pages.
FRAGMENTS = {
    *(
        "preview",
        "preview-pdf",
        "theme-sample",
        "progress",
        "ledger",
        "import-progress",
        "import-refused",
    ),
    *("sources-export", "declaration"),
}
#: Open to everybody by nature; they have stories of their own.
DOORS = {"language", "invitation"}
ROLES = [None, READER, EDITOR, PUBLISHER, ADMINISTRATOR]
#: The pages of one's own account: for everybody who is logged in, whatever their role.
LOOK, DO, BOTH = ("GET",), ("POST",), ("GET", "POST")
OWN: dict[str, tuple[str, ...]] = {
    "mfa_index": LOOK,
    "account_reauthenticate": BOTH,
    "mfa_reauthenticate": BOTH,
    "mfa_reauthenticate_webauthn": BOTH,
    "account_change_password": BOTH,
    "account_set_password": BOTH,
    "mfa_activate_totp": BOTH,
    "mfa_deactivate_totp": BOTH,
    "mfa_view_recovery_codes": BOTH,
    "mfa_generate_recovery_codes": BOTH,
    "mfa_list_webauthn": LOOK,
    "mfa_add_webauthn": BOTH,
    "mfa_edit_webauthn": BOTH,
    "mfa_remove_webauthn": BOTH,
}
#: The way in and out, for everybody.
ENTRANCES: dict[str, tuple[str, ...]] = {
    "account_login": BOTH,
    "mfa_authenticate": BOTH,
    "mfa_login_webauthn": BOTH,
    "account_inactive": LOOK,
    "openid_connect_login": DO,
    "openid_connect_callback": LOOK,
    "account_logout": DO,
    "account_reset_password": BOTH,
    "account_reset_password_done": LOOK,
    "account_reset_password_from_key_done": LOOK,
    "account_reset_password_from_key": BOTH,
}


def _names(routes: Any) -> Iterator[str]:
    return (str(one.name) for one in routes.urlpatterns if isinstance(one, URLPattern))


def test_every_route_of_the_desk_stands_in_the_matrix() -> None:
    assert set(_names(desk_routes)) == set(PAGES) | DOORS


def _address(route: str) -> str:
    """An address of the route that exists: rows are there as `_rows` made them."""
    found: dict[str, dict[str, Any]] = {
        "issue_id": {"issue_id": Mailing.objects.get().issue_id},
        "item_id": {"item_id": Item.objects.order_by("pk")[0].pk},
        "mailing_id": {"mailing_id": Mailing.objects.get().pk},
        "source_id": {"source_id": Source.objects.order_by("pk")[0].pk},
        "subscriber_id": {"subscriber_id": Subscriber.objects.get().pk},
        "receipt_id": {"receipt_id": Receipt.objects.get().pk},
        "import_id": {"import_id": Import.objects.get().pk},
        "segment_id": {"segment_id": Segment.objects.get().pk},
        "user_id": {"user_id": User.objects.order_by("pk")[0].pk},
        "invitation_id": {"invitation_id": 1},
    }
    pattern = next(one for one in desk_routes.urlpatterns if one.name == route)
    values: dict[str, Any] = {}
    for name in pattern.pattern.regex.groupindex:
        values |= found.get(name, {})
    french, review = {"language": "fr"}, {"slug": "revue-de-presse"}
    extra: dict[str, dict[str, str]] = {"preview": french, "preview-pdf": french}
    extra["edition-withdraw"] = french | {"act": "withdraw"}
    extra |= {"publication": review, "publication-logo": review}
    extra |= {"theme": review, "theme-sample": review | french}
    extra["calendar"] = review
    extra["calendar-change"] = review | {"act": "rules"}
    extra["people-change"] = {"act": "close"}
    extra |= dict.fromkeys(["inbox", "rules", "rule-remove"], extra["publication"])
    extra["inbox-act"] = {"slug": "revue-de-presse", "act": "keep"}
    extra["mailing-control"] = {"act": "pause"}
    extra["mailing-again"] = {"whom": "refused"}
    return reverse(f"desk:{route}", kwargs={**values, **extra.get(route, {})})


def _rows() -> None:
    reader("youssef@example.org")
    member("hanane", EDITOR)
    when = {"created_at": WEDNESDAY, "changed_at": WEDNESDAY}
    Segment.objects.create(name="Arabic", definition={"languages": ["ar"]}, **when)
    Import.objects.create(name="people.csv", size=9, state="waiting", created_at=WEDNESDAY)
    issue = approved()
    mailing = fanout.start(issue.pk, None, WEDNESDAY)
    Receipt.objects.create(
        key="a report",
        way="mailbox",
        received_at=WEDNESDAY,
        verdict="hard",
        outcome="asks",
        mailing=mailing,
        subscriber=Subscriber.objects.get(),
    )
    french = issue.editions.get(language="fr")
    french.pdf = PdfUse.LINKED
    french.save()
    Pdf.objects.create(
        edition=french, source=source_of(french), content=b"%PDF-", digest="1", printed_at=WEDNESDAY
    )


def _each(method: str = "") -> Iterator[tuple[str, str]]:
    """Every route (that takes `method`) and an address of it; what it did is undone after it."""
    _rows()
    for route, methods in PAGES.items():
        if not method or method in methods:
            with transaction.atomic():
                yield route, _address(route)
                transaction.set_rollback(True)


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_a_page_lets_in_whom_it_should(role: str | None) -> None:
    client = at_work(role)
    for route, address in _each():
        for method in ("GET", "POST", "PUT", "DELETE"):
            # A form that is empty or comes too late is refused in a sentence: 303 to a page.
            status = client.generic(method, address).status_code
            assert status in _expected(PAGES[route].get(method), role), (route, method)


def _expected(least: str | None, role: str | None) -> tuple[int, ...]:
    if least is None:
        return (403, 405)
    if role is None or ROLES.index(role) < ROLES.index(least):
        return (403,)
    return (200, 302, 303)


def test_who_is_not_logged_in_is_sent_to_the_login_and_changes_nothing() -> None:
    client = visitor()
    for route, address in _each():
        for method in PAGES[route]:
            with CaptureQueriesContext(connection) as told:
                answer = client.generic(method, address)
            assert answer.status_code == 302, route
            assert answer.headers["Location"].startswith("/desk/login/"), route
            assert _writes(told) == [], route


def test_looking_changes_nothing() -> None:
    client = at_work(ADMINISTRATOR)
    for route, address in _each("GET"):
        for method in ("GET", "HEAD"):
            with CaptureQueriesContext(connection) as told:
                assert client.generic(method, address).status_code in (200, 302, 303), route
            assert _writes(told) == [], route


def test_a_form_from_another_site_is_refused() -> None:
    client = at_work(ADMINISTRATOR)
    client.handler.enforce_csrf_checks = True
    for route, address in _each("POST"):
        with CaptureQueriesContext(connection) as told:
            assert client.post(address, {"hidden": "1"}).status_code == 403, route
        assert _writes(told) == [], route


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_page_says_its_language_and_runs_nothing_foreign(language: str) -> None:
    client = at_work(ADMINISTRATOR)
    client.post("/desk/language/", {"language": language, "next": "/desk/"})
    direction = "rtl" if language == "ar" else "ltr"
    for route, address in _each("GET"):
        answer = client.get(address, follow=True)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, route
        assert "unsafe-eval" not in policy, route
        if route not in FRAGMENTS:
            opening = f'<html lang="{language}" dir="{direction}">'
            assert opening in answer.content.decode(), route


def test_every_page_of_an_account_stands_in_the_matrix() -> None:
    assert set(_names(account_routes)) == {*OWN, *ENTRANCES}


def _account_address(route: str) -> str:
    given: dict[str, dict[str, Any]] = {
        "mfa_edit_webauthn": {"pk": 1},
        "mfa_remove_webauthn": {"pk": 1},
        "openid_connect_login": {"provider_id": "office"},
        "openid_connect_callback": {"provider_id": "office"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "x-y"},
    }
    return reverse(route, kwargs=given.get(route, {}))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_ones_own_account_is_for_who_is_logged_in_and_for_nobody_else(method: str) -> None:
    someone, stranger = at_work(None), visitor()
    for route, methods in OWN.items():
        takes = method in methods or (method == "HEAD" and "GET" in methods)
        with CaptureQueriesContext(connection) as told:
            answer = stranger.generic(method, _account_address(route))
        assert answer.status_code in ((302,) if takes else (302, 405)), (route, method)
        assert _writes(told) == [], route
        answer = someone.generic(method, _account_address(route))
        expected = (200, 302, 403, 404) if takes else (302, 405)
        assert answer.status_code in expected, (route, method)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_an_entrance_takes_what_it_should_and_looking_changes_nothing(method: str) -> None:
    for client in (visitor(), at_work(None)):
        for route, methods in ENTRANCES.items():
            takes = method in methods or (method == "HEAD" and "GET" in methods)
            takes = takes and (route, method) != ("openid_connect_callback", "HEAD")
            with CaptureQueriesContext(connection) as told:
                answer = client.generic(method, _account_address(route))
            assert answer.status_code < 500, (route, method)
            if not takes:
                assert answer.status_code in (302, 405), (route, method)
            if method != "POST":
                assert _writes(told) == [], (route, method)


def test_the_api_lists_what_there_is() -> None:
    listed = visitor().get("/api/v1/").json()["contents"]
    assert {*listed, "contents"} == set(_names(api_routes))
    for address in listed.values():
        assert visitor().get(address.replace("<id>", "1")).status_code == 401


#: Route of the API → the least role that may ask it, and what it names the row it tells of.
API = {
    "issue": (EDITOR, "issue"),
    "mailing": (EDITOR, "mailing"),
    "ledger": (PUBLISHER, "mailing"),
    "subscriber": (PUBLISHER, "subscriber"),
    "by-address": (PUBLISHER, "subscriber"),
}


def test_every_route_of_the_api_stands_in_the_matrix() -> None:
    assert set(_names(api_routes)) == {*API, "contents"}


@pytest.mark.parametrize("route", API)
def test_the_api_answers_in_json_whoever_asks(route: str) -> None:
    _rows()
    mailing, person = Mailing.objects.get(), Subscriber.objects.get()
    least, named = API[route]
    ids = {"issue": mailing.issue_id, "mailing": mailing.pk, "subscriber": person.pk}
    by_id = {} if route == "by-address" else {f"{named}_id": ids[named]}
    address = reverse(f"api:{route}", kwargs=by_id)
    query = "" if by_id else f"?address={person.email}"
    assert visitor().get(address + query).status_code == 401
    below = ROLES[ROLES.index(least) - 1]
    assert at_work(below).get(address + query).status_code == 403
    client = at_work(least)
    told = json.loads(client.get(address + query).getvalue())
    if route == "ledger":
        assert [one["subscriber"] for one in told] == [person.pk]
    else:
        assert told[named] == ids[named]
    assert client.post(address + query).status_code == 405
    nothing = {f"{named}_id": "9" * 12} if by_id else {}
    missing = reverse(f"api:{route}", kwargs=nothing) + query.replace("youssef", "nobody")
    assert client.get(missing).status_code == 404


def _writes(told: CaptureQueriesContext) -> list[str]:
    """The statements that changed something; a session's own row is the browser's, not ours."""
    changing = ("INSERT", "UPDATE", "DELETE")
    return [
        query["sql"]
        for query in told.captured_queries
        if query["sql"].startswith(changing) and "django_session" not in query["sql"]
    ]
