"""Files of people as the desk takes them: looked at, tried, taken in, and taken up again."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from mailer.errors import NotFound, ParseError, Refused
from mailer.rendering import sentence
from mailer.subscribers import importing, imports
from mailer.subscribers.models import (
    Import,
    ImportRefusal,
    Subscriber,
    Subscription,
    Suppression,
)
from mailer.trail.models import Act
from tests.people import WEDNESDAY, karim, reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]
WORDS = "I agreed at the book fair of Rabat, on paper, on 9 May 2025."
CAST = "email,name,city\namina@example.org,أمينة,Salé\nnobody,,\ngrace@example.org,Grace,\n"


def _uploaded(folder: Path, text: str | bytes = CAST, name: str = "people.csv") -> Import:
    file = folder / "upload"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return imports.receive(name, file, karim(), WEDNESDAY)


def _begin(one: Import, *, trial: bool = False, consent: str = WORDS) -> Import:
    imports.begin(
        one.pk,
        list_slug="revue-de-presse",
        meanings=one.meanings,
        consent=consent,
        trial_run=trial,
        now=WEDNESDAY,
    )
    return imports.find(one.pk)


def _sums(one: Import) -> tuple[int, int, int]:
    one.refresh_from_db()
    return one.accepted, one.known, one.refused


def test_karim_uploads_tries_and_imports_a_file(tmp_path: Path) -> None:
    one = _uploaded(tmp_path)
    assert (one.state, one.meanings) == ("uploaded", ["email", "name", "attribute:city"])
    assert imports.sample(one)[0] == ["amina@example.org", "أمينة", "Salé"]
    _begin(one, trial=True)
    imports.work(one.pk)
    assert (*_sums(one), one.state) == (2, 0, 1, "done")
    assert not Subscriber.objects.exists()
    assert not Act.objects.exists()
    _begin(one)
    imports.work(one.pk)
    assert (*_sums(one), one.state, one.line) == (2, 0, 1, "done", 4)
    assert set(Subscription.objects.values_list("state", flat=True)) == {"confirmed"}
    proof = Subscriber.objects.get(email="amina@example.org").consents.get()
    assert (proof.text_shown, proof.origin) == (WORDS, f"import {one.pk}: people.csv")
    assert Act.objects.get().verb == "reader.imported"
    with pytest.raises(Refused, match="begun already"):
        _begin(one)


def test_a_trial_says_what_the_import_then_does(tmp_path: Path) -> None:
    reader("amina@example.org", "ar", state="pending")
    reader("youssef@example.org", state="unsubscribed")
    Suppression.objects.create(email_key="grace@example.org", reason="bounce", at=WEDNESDAY)
    text = CAST + "youssef@example.org,,\ninfo@example.org,,\nINFO@example.org,,\n"
    one = _uploaded(tmp_path, text)
    told = []
    for trial in (True, False):
        _begin(one, trial=trial)
        imports.work(one.pk)
        told.append((*_sums(one), one.left, one.roles))
    assert told == [(2, 2, 2, 1, 1)] * 2


@pytest.fixture
def _two_a_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "GROUP", 2)


MANY = (
    "email,note\n"
    + "".join(f'r{n}@example.org,"of\n{n}"\n' for n in range(9))
    + "r0@example.org,\n"
)


@pytest.mark.usefixtures("_two_a_group")
def test_a_worker_that_is_lost_is_followed_by_another_that_counts_nobody_twice(
    tmp_path: Path,
) -> None:
    one = _begin(_uploaded(tmp_path, MANY))
    told = iter([False, False])

    def killed() -> bool:
        """After the third group is written, and before anything is told of it."""
        return next(told)

    with pytest.raises(StopIteration):
        imports.work(one.pk, draining=killed)
    assert _sums(one) == (6, 0, 0)
    assert imports.due(timezone.now()) == []
    imports.work(one.pk)
    assert _sums(one) == (6, 0, 0)
    later = timezone.now() + 2 * imports.LEASE
    assert imports.due(later) == [one.pk]
    Import.objects.update(leased_until=WEDNESDAY)
    imports.work(one.pk)
    assert (*_sums(one), one.state) == (9, 1, 0, "done")


@pytest.mark.usefixtures("_two_a_group")
def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_the_next(tmp_path: Path) -> None:
    one = _begin(_uploaded(tmp_path, MANY))
    imports.work(one.pk, draining=lambda: True)
    assert (*_sums(one), one.state) == (2, 0, 0, "running")
    imports.work(one.pk)
    assert (*_sums(one), one.state) == (9, 1, 0, "done")


@pytest.mark.usefixtures("_two_a_group")
def test_an_import_that_is_ended_in_the_middle_takes_nobody_more(tmp_path: Path) -> None:
    one = _begin(_uploaded(tmp_path, MANY))

    def ended() -> bool:
        imports.cancel(one.pk, WEDNESDAY)
        return False

    imports.work(one.pk, draining=ended)
    assert (*_sums(one), one.state) == (2, 0, 0, "cancelled")
    assert Subscriber.objects.count() == 2
    with pytest.raises(Refused, match="over already"):
        imports.cancel(one.pk, WEDNESDAY)


def test_the_lines_refused_come_with_their_cells_and_the_reason(tmp_path: Path) -> None:
    text = 'email,name,city\na@example.org,A\nnobody,=1+1,Rabat\n,"two\nlines",\nb@example.org,"B\n'
    one = _begin(_uploaded(tmp_path, text))
    imports.work(one.pk)
    told = [(line, cells) for line, _, cells in imports.refused(imports.find(one.pk))]
    assert told == [(3, ["nobody", "=1+1", "Rabat"]), (4, []), (5, ['lines"', ""]), (6, [])]
    reasons = [sentence(reason) for _, reason, _ in imports.refused(imports.find(one.pk))]
    assert "nobody" in reasons[0]
    assert len(set(reasons)) == 4


def test_a_file_that_is_no_list_of_people_is_not_kept(tmp_path: Path, data: Path) -> None:
    with pytest.raises(ParseError, match="empty"):
        _uploaded(tmp_path, "")
    assert not Import.objects.exists()
    assert not list((data / "imports").glob("*")) if (data / "imports").exists() else True


def test_what_is_begun_needs_a_list_an_address_and_its_file(tmp_path: Path) -> None:
    one = _uploaded(tmp_path)
    with pytest.raises(NotFound, match="nowhere"):
        imports.begin(
            one.pk, list_slug="nowhere", meanings=one.meanings, consent="", trial_run=True,
            now=WEDNESDAY,
        )  # fmt: skip
    one.meanings = ["name", "", ""]
    with pytest.raises(ParseError):
        _begin(one)
    imports.file_of(one).unlink()
    one.refresh_from_db()
    with pytest.raises(NotFound, match="gone"):
        _begin(one)


def test_after_a_month_the_file_and_the_lines_go_and_the_account_stays(tmp_path: Path) -> None:
    one = _begin(_uploaded(tmp_path))
    imports.work(one.pk)
    imports.forget_old(timezone.now() + imports.KEPT - timedelta(hours=1))
    assert imports.file_of(one).exists()
    imports.forget_old(timezone.now() + imports.KEPT + timedelta(hours=1))
    assert not imports.file_of(one).exists()
    assert not ImportRefusal.objects.exists()
    assert (_sums(one), one.kept) == ((2, 0, 1), False)
