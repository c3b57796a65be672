"""`mailer create-user`."""

import io

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User

from mailer.cli import run
from mailer.web.roles import PERMISSIONS

pytestmark = pytest.mark.django_db
GOOD = "seven maples by the gate"


def _create(monkeypatch: pytest.MonkeyPatch, password: str, *words: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return run(["create-user", *words])


@pytest.mark.parametrize("role", PERMISSIONS)
def test_a_person_gets_the_rights_of_the_role(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    assert _create(monkeypatch, GOOD, "salma", "--role", role, "--email", "s@example.org") == 0
    salma = User.objects.get()
    assert authenticate(username="salma", password=GOOD) == salma
    assert set(PERMISSIONS[role]) <= salma.get_all_permissions()
    assert salma.is_staff == (role == "administrator")
    assert not salma.is_superuser


def test_an_editor_may_not_approve_and_a_publisher_may(monkeypatch: pytest.MonkeyPatch) -> None:
    _create(monkeypatch, GOOD, "salma", "--role", "editor")
    _create(monkeypatch, GOOD, "karim", "--role", "publisher")
    may = {user.username: user.has_perm("curation.approve_issue") for user in User.objects.all()}
    assert may == {"salma": False, "karim": True}


@pytest.mark.parametrize(
    ("password", "name"), [("12345678", "salma"), ("", "salma"), (GOOD, "no spaces"), (GOOD, "")]
)
def test_a_weak_password_or_an_odd_name_is_refused_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], password: str, name: str
) -> None:
    assert _create(monkeypatch, password, name, "--role", "editor") == 1
    assert capsys.readouterr().err.startswith("Not accepted")
    assert not User.objects.exists()


def test_a_name_is_given_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _create(monkeypatch, GOOD, "salma", "--role", "editor")
    assert _create(monkeypatch, GOOD, "salma", "--role", "publisher") == 1
    assert "already" in capsys.readouterr().err
    assert User.objects.get().groups.get().name == "editor"


def test_an_unknown_role_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as end:
        _create(monkeypatch, GOOD, "salma", "--role", "owner")
    assert end.value.code == 2
