"""What a second run of the demo finds again."""

from pathlib import Path

from mailer.demo.state import remembered


def test_a_second_run_has_the_same_port_and_the_same_dates(tmp_path: Path) -> None:
    first = remembered(tmp_path / "demo.json")

    assert remembered(tmp_path / "demo.json") == first


def test_a_spoilt_note_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("{")

    made = remembered(tmp_path / "demo.json")

    assert remembered(tmp_path / "demo.json") == made
