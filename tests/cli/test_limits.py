"""`mailer limits`: listed, set, changed and removed."""

import json
from typing import Any

import pytest

from mailer.cli import run
from mailer.mailings.models import Limit

pytestmark = pytest.mark.django_db

Say = pytest.CaptureFixture[str]


def listed(capsys: Say, *words: str) -> list[dict[str, Any]]:
    assert run(["limits", *words, "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["limits"]
    return found


def test_a_new_installation_has_no_limit_and_says_so(capsys: Say) -> None:
    assert run(["limits"]) == 0
    assert "as fast as the relay takes it" in capsys.readouterr().out
    assert listed(capsys) == []


def test_limits_are_set_and_changed_by_name(capsys: Say) -> None:
    listed(capsys, "--relay", "Relay.Example.org:587", "--per-second", "50")
    listed(capsys, "--domain", "googlemail.com", "--per-second", "20")
    found = listed(capsys, "--domain", "gmail.com", "--per-second", "0,5")
    assert found == [
        {"scope": "relay", "name": "relay.example.org:587", "covers": [], "per_second": 50},
        {"scope": "domain", "name": "gmail.com", "covers": ["googlemail.com"], "per_second": 0.5},
    ]


def test_a_person_reads_a_line_each(capsys: Say) -> None:
    for name, figure in (("orange.fr", "100"), ("*", "2.5")):
        run(["limits", "--domain", name, "--per-second", figure])
        capsys.readouterr()
    assert run(["limits"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert " ".join(first.split()) == "domain orange.fr 100 a second (wanadoo.fr too)"
    assert " ".join(second.split()) == "domain every other domain 2.5 a second"


def test_a_limit_is_removed_once(capsys: Say) -> None:
    listed(capsys, "--domain", "gmail.com", "--per-second", "20")
    assert listed(capsys, "--domain", "gmail.com", "--remove") == []
    assert run(["limits", "--domain", "gmail.com", "--remove"]) == 1
    assert "no limit for gmail.com" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--relay", "gmail.com", "--per-second", "5"), "host:port"),
        (("--domain", "no domain", "--per-second", "5"), "not the name of a mail domain"),
        (("--domain", "gmail.com", "--per-second", "fast"), "is no pace"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(
    capsys: Say, words: tuple[str, ...], says: str
) -> None:
    assert run(["limits", *words]) == 1
    assert says in capsys.readouterr().err
    assert not Limit.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--per-second", "5"),
        ("--remove",),
        ("--domain", "gmail.com"),
        ("--domain", "gmail.com", "--relay", "relay:25", "--per-second", "5"),
        ("--domain", "gmail.com", "--per-second", "5", "--remove"),
    ],
)
def test_half_a_wish_is_wrong_usage(words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as leaving:
        run(["limits", *words])
    assert leaving.value.code == 2
    assert not Limit.objects.exists()
