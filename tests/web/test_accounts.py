"""Coming in to the desk: passwords, second factors, invitations, the ends of sessions."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import User
from django.test import Client

from mailer.letters.models import Letter
from mailer.trail.models import Act
from mailer.web.accounts import inviting
from mailer.web.models import Invitation
from mailer.web.roles import ADMINISTRATOR, EDITOR, PUBLISHER, READER
from tests.web.staff import SECRET, at_work, member, said, visitor

pytestmark = pytest.mark.django_db
NEW = "an even longer secret"


def log_in(client: Client, name: str, password: str = SECRET, **more: str) -> Any:
    return client.post("/desk/login/", {"username": name, "password": password, **more})


def code_of(secret: str) -> str:
    """What the app on a telephone shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def with_app(client: Client) -> str:
    """Set up an app for codes; its secret."""
    client.post("/desk/account/again/", {"password": SECRET})
    page = said(client.get("/desk/account/app/"))
    secret = re.search(r'<bdi dir="ltr">([A-Z2-7]{16,})</bdi>', page)
    assert secret
    done = client.post("/desk/account/app/", {"code": code_of(secret[1])})
    assert done.status_code == 302, done.content.decode()
    return secret[1]


def test_salma_sets_up_a_second_factor_and_is_asked_for_it_from_then_on() -> None:
    member("salma", EDITOR, SECRET)
    first = visitor()
    log_in(first, "salma")
    secret = with_app(first)

    later = visitor()
    assert log_in(later, "salma").headers["Location"] == "/desk/login/second/"
    assert later.get("/desk/").status_code == 302
    assert "code is not right" in said(later.post("/desk/login/second/", {"code": "000000"}))
    assert later.get("/desk/").status_code == 302
    Authenticator.objects.update(last_used_at=None)
    _forget_used_codes()
    assert later.post("/desk/login/second/", {"code": code_of(secret)}).status_code == 302
    assert later.get("/desk/").status_code == 200


def _forget_used_codes() -> None:
    """A code opens once; the test has no half a minute to wait for the next one."""
    from django.core.cache import cache

    cache.clear()


def test_the_secret_of_a_second_factor_is_not_in_the_database_in_clear() -> None:
    member("salma", EDITOR, SECRET)
    client = visitor()
    log_in(client, "salma")
    secret = with_app(client)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored


def test_the_back_room_asks_for_the_second_factor_too() -> None:
    member("nadia", ADMINISTRATOR, SECRET)
    client = visitor()
    log_in(client, "nadia")
    with_app(client)
    later = visitor()
    answer = later.post(
        "/admin/login/?next=/admin/", {"username": "nadia", "password": SECRET}, follow=True
    )
    assert answer.request["PATH_INFO"] == "/desk/login/"
    log_in(later, "nadia", next="/admin/")
    assert later.get("/admin/").status_code == 302


def test_where_a_second_factor_is_required_no_page_opens_without(settings: Any) -> None:
    settings.MAILER_SECOND_FACTOR = "administrators"
    nadia, salma = at_work(ADMINISTRATOR, "nadia"), at_work(EDITOR, "salma")
    for path in ("/desk/", "/desk/people/", "/admin/", "/catcher/"):
        assert nadia.get(path).headers["Location"] == "/desk/account/", path
    assert nadia.get("/api/v1/issues/1").status_code == 403
    assert "asks for a second factor" in said(nadia.get("/desk/account/"))
    assert salma.get("/desk/").status_code == 200
    settings.MAILER_SECOND_FACTOR = "everybody"
    assert salma.get("/desk/").headers["Location"] == "/desk/account/"


def test_recovery_codes_are_shown_once_and_by_the_button_alone() -> None:
    member("salma", EDITOR, SECRET)
    client = visitor()
    log_in(client, "salma")
    with_app(client)
    for _ in range(2):
        assert "<code>" not in said(client.get("/desk/account/codes/"))
    page = said(client.post("/desk/account/codes/"))
    codes = re.findall(r"<code>(.+?)</code>", page)
    assert len(codes) == 10
    assert "<code>" not in said(client.post("/desk/account/codes/"))

    later = visitor()
    log_in(later, "salma")
    assert later.post("/desk/login/second/", {"code": codes[0]}).status_code == 302
    again = visitor()
    log_in(again, "salma")
    assert "not right" in said(again.post("/desk/login/second/", {"code": codes[0]}))


def test_something_grave_asks_once_more_who_it_is() -> None:
    member("salma", EDITOR, SECRET)
    client = visitor()
    log_in(client, "salma")
    answer = client.get("/desk/account/app/")
    assert answer.headers["Location"].startswith("/desk/account/again/")


def test_a_change_of_password_ends_every_other_session_and_is_told_by_letter() -> None:
    member("salma", EDITOR, SECRET)
    here, there = visitor(), visitor()
    for client in (here, there):
        log_in(client, "salma")
    form = {"oldpassword": SECRET, "password1": NEW, "password2": NEW}
    assert "not your present password" in said(
        here.post("/desk/account/password/", {**form, "oldpassword": "wrong"})
    )
    assert there.get("/desk/").status_code == 200
    here.post("/desk/account/password/", form)
    assert here.get("/desk/").status_code == 200
    assert there.get("/desk/").status_code == 302
    letter = Letter.objects.get()
    assert (letter.kind, letter.recipient) == ("account", "salma@example.org")
    assert "Your password was changed." in letter.text
    assert Act.objects.filter(verb="staff.password_changed", name="salma").count() == 1


def test_a_forgotten_password_is_renewed_by_a_link_that_holds_once() -> None:
    member("salma", EDITOR, SECRET)
    elsewhere, client = visitor(), visitor()
    log_in(elsewhere, "salma")
    for address in ("nobody@example.org", "salma@example.org"):
        page = said(client.post("/desk/password/", {"email": address}, follow=True))
        assert "If there is an account with this address" in page
    letter = Letter.objects.get()
    link = re.search(r"http://127.0.0.1:8000(/desk/password/\S+/)", letter.text)
    assert link
    there = client.get(link[1])
    assert there.status_code == 302
    form = {"password1": NEW, "password2": NEW}
    client.post(there.headers["Location"], form)
    assert elsewhere.get("/desk/").status_code == 302
    assert log_in(client, "salma", NEW).status_code == 302
    assert "used or too old" in said(visitor().get(link[1]))


def test_a_link_for_a_password_logs_nobody_out(salma: Client) -> None:
    member("driss", EDITOR, SECRET)
    visitor().post("/desk/password/", {"email": "driss@example.org"})
    link = re.search(r"(/desk/password/\S+/)", Letter.objects.get().text)
    assert link
    assert salma.get(link[1]).status_code == 409
    assert salma.get("/desk/").status_code == 200


def test_wrong_passwords_are_counted_whoever_asks_and_wherever() -> None:
    member("salma", EDITOR, SECRET)
    for _ in range(5):
        log_in(visitor(), "salma", "wrong")
    page = said(log_in(visitor(), "Salma"))
    assert "Too many wrong passwords" in page


def test_too_many_logins_from_one_place_are_told_to_wait() -> None:
    statuses = [log_in(visitor(), f"name{number}").status_code for number in range(31)]
    assert statuses[-1] == 429


def test_logging_out_is_a_button_and_no_link() -> None:
    member("salma", EDITOR, SECRET)
    client = visitor()
    log_in(client, "salma")
    assert client.get("/desk/logout/").status_code == 405
    assert client.get("/desk/").status_code == 200


def invited(nadia: Client, **form: str) -> str:
    """Nadia invites; the path of the link in the letter."""
    given = {"email": "salma@example.org", "role": EDITOR, "language": "en", **form}
    nadia.post("/desk/people/invite/", given)
    letter = Letter.objects.order_by("-pk")[0]
    link = re.search(r"http://127.0.0.1:8000(/desk/invitation/\S+/)", letter.text)
    assert link, letter.text
    return link[1]


JOIN = {"username": "salma", "password": SECRET, "again": SECRET}


def test_an_invitation_makes_one_account_with_its_role() -> None:
    nadia = at_work(ADMINISTRATOR, "nadia")
    link = invited(nadia, role=PUBLISHER)
    client = visitor()
    assert "You are invited by nadia." in said(client.get(link))
    assert not User.objects.filter(username="salma").exists()
    assert "log in" in said(client.post(link, JOIN, follow=True))
    made = User.objects.get(username="salma")
    assert made.email == "salma@example.org"
    assert made.has_perm("curation.approve_issue")
    second = client.post(link, {**JOIN, "username": "other"})
    assert second.status_code == 400
    assert not User.objects.filter(username="other").exists()
    assert [act.verb for act in Act.objects.filter(area="staff").order_by("pk")] == [
        "staff.invited",
        "staff.created",
        "staff.role",
        "staff.accepted",
    ]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"again": "another secret of length"}, "two passwords differ"),
        ({"password": "12345678", "again": "12345678"}, "too common"),
        ({"username": "Nadia"}, "already"),
        ({"username": "a b<c>"}, "Not accepted"),
    ],
)
def test_an_account_that_will_not_do_leaves_the_invitation_open(
    form: dict[str, str], told: str
) -> None:
    link = invited(at_work(ADMINISTRATOR, "nadia"))
    answer = visitor().post(link, {**JOIN, **form})
    assert answer.status_code == 409
    assert told in answer.content.decode()
    assert visitor().get(link).status_code == 200


def test_an_invitation_that_is_withdrawn_replaced_or_old_opens_nothing() -> None:
    nadia = at_work(ADMINISTRATOR, "nadia")
    first, second = invited(nadia), invited(nadia)
    assert visitor().get(first).status_code == 400
    nadia.post(f"/desk/people/invitations/{Invitation.objects.latest('pk').pk}/withdraw/")
    assert visitor().get(second).status_code == 400
    third = invited(nadia)
    made = Invitation.objects.latest("pk")
    Invitation.objects.filter(pk=made.pk).update(ends_at=made.created_at)
    assert visitor().post(third, JOIN).status_code == 400
    assert not User.objects.filter(username="salma").exists()


def test_the_database_does_not_hold_the_link() -> None:
    link = invited(at_work(ADMINISTRATOR, "nadia"))
    token = link.split("/")[-2]
    assert token not in Invitation.objects.get().digest
    with pytest.raises(Exception, match="used, withdrawn"):
        inviting.holder(Invitation.objects.get().digest, Invitation.objects.get().created_at)


def test_whom_an_administrator_closes_out_is_out_at_once() -> None:
    nadia = at_work(ADMINISTRATOR, "nadia")
    salma = at_work(EDITOR, "salma")
    who = User.objects.get(username="salma").pk
    nadia.post(f"/desk/people/{who}/close/")
    assert salma.get("/desk/").status_code == 200, "the tick was missing"
    nadia.post(f"/desk/people/{who}/close/", {"sure": "1"})
    assert salma.get("/desk/").status_code == 302
    nadia.post(f"/desk/people/{who}/open/")
    assert User.objects.get(pk=who).is_active


def test_another_role_holds_from_the_next_click_on() -> None:
    nadia = at_work(ADMINISTRATOR, "nadia")
    salma = at_work(EDITOR, "salma")
    who = User.objects.get(username="salma").pk
    nadia.post(f"/desk/people/{who}/role/", {"role": READER})
    assert salma.get("/desk/").status_code == 403
    assert salma.get("/desk/figures/").status_code == 200
    nadia.post(f"/desk/people/{who}/role/", {"role": "owner"})
    assert salma.get("/desk/").status_code == 403


def test_nobody_closes_themselves_out() -> None:
    nadia = at_work(ADMINISTRATOR, "nadia")
    own = User.objects.get(username="nadia").pk
    nadia.post(f"/desk/people/{own}/close/", {"sure": "1"})
    nadia.post(f"/desk/people/{own}/role/", {"role": READER})
    assert nadia.get("/desk/people/").status_code == 200


def test_who_lost_the_second_factor_is_let_in_by_an_administrator() -> None:
    member("salma", EDITOR, SECRET)
    client = visitor()
    log_in(client, "salma")
    with_app(client)
    nadia = at_work(ADMINISTRATOR, "nadia")
    who = User.objects.get(username="salma").pk
    nadia.post(f"/desk/people/{who}/factors/", {"sure": "1"})
    assert log_in(visitor(), "salma").headers["Location"] == "/desk/"


def test_a_reader_of_figures_comes_to_the_figures_and_no_further() -> None:
    member("leila", READER, SECRET)
    client = visitor()
    assert log_in(client, "leila").headers["Location"] == "/desk/figures/"
    page = said(client.get("/desk/figures/"))
    assert "/desk/issues/" not in page
    assert client.get("/desk/issues/").status_code == 403
    assert client.get("/desk/account/").status_code == 200
