"""The catcher's folder."""

from pathlib import Path

from mailer.catcher.store import CaughtEnvelope, Store, numbers

AMINA = CaughtEnvelope("r@press.ma", ["أمينة@example.org"], "2026-03-02T08:00:00+00:00")


def test_mails_are_numbered_upwards_past_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "41.eml").write_bytes(b"")
    (tmp_path / "notes.eml").write_bytes(b"")
    (tmp_path / "٤٢.eml").write_bytes(b"")
    store = Store(tmp_path)
    assert [store.add(AMINA, b"mail") for _ in range(2)] == [42, 43]
    assert numbers(tmp_path) == [41, 42, 43]


def test_nothing_unfinished_is_ever_seen(tmp_path: Path) -> None:
    Store(tmp_path).add(AMINA, b"mail")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.eml", "1.json"]


def test_a_number_is_not_given_twice_when_old_mails_go(tmp_path: Path) -> None:
    store = Store(tmp_path, keep=1)
    store.add(AMINA, b"one")
    store.add(AMINA, b"two")
    assert Store(tmp_path, keep=1).add(AMINA, b"three") == 3
    assert numbers(tmp_path) == [3]


def test_a_sender_that_is_no_utf8_is_kept_all_the_same(tmp_path: Path) -> None:
    assert Store(tmp_path).add(CaughtEnvelope("\udc80", [], AMINA.at), b"mail") == 1


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert numbers(tmp_path / "none") == []
