"""The journal of final dots, and what it says of a process that was killed."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mailer.smtp.marks import Mark, Marks, abandoned_marks, forget_marks, read_marks

DOUBT = Mark(dot_written=True, code=None)


def test_a_dot_is_marked_then_its_reply_then_cleared(tmp_path: Path) -> None:
    with Marks(tmp_path) as marks:
        marks.dots([7, 2**63 + 5])
        assert read_marks(marks.path) == {7: DOUBT, 2**63 + 5: DOUBT}
        marks.reply(7, 250)
        assert (read_marks(marks.path) or {})[7] == Mark(dot_written=True, code=250)
        marks.clear([7, 2**63 + 5])
        assert read_marks(marks.path) == {}


def test_keys_that_were_never_marked_are_passed_over(tmp_path: Path) -> None:
    with Marks(tmp_path) as marks:
        marks.reply(7, 550)
        marks.clear([7])
        assert read_marks(marks.path) == {}


def test_a_key_marked_again_is_in_doubt_again(tmp_path: Path) -> None:
    with Marks(tmp_path) as marks:
        marks.dots([7])
        marks.reply(7, 451)
        marks.dots([7])
        assert read_marks(marks.path) == {7: DOUBT}


def test_the_file_is_bounded_and_its_places_are_used_again(tmp_path: Path) -> None:
    with Marks(tmp_path, capacity=4) as marks:
        size = marks.path.stat().st_size
        for start in range(1, 400, 4):
            keys = range(start, start + 4)
            marks.dots(keys)
            assert marks.room == 0
            marks.clear(keys)
        assert (marks.room, marks.path.stat().st_size) == (4, size)


def test_a_full_journal_lets_no_further_dot_be_written(tmp_path: Path) -> None:
    with Marks(tmp_path, capacity=2) as marks:
        marks.dots([1, 2])
        with pytest.raises(BufferError):
            marks.dots([3])
        assert (read_marks(marks.path) or {}).keys() == {1, 2}


def test_a_torn_record_is_harmless(tmp_path: Path) -> None:
    with Marks(tmp_path) as marks:
        marks.dots([1, 2, 3])
        marks.reply(3, 250)
        with marks.path.open("r+b") as file:
            file.seek(8 + 3)
            file.write(b"\xff")  # half of the first key
            file.seek(8 + 2 * 16 + 14)
            file.write(b"\0\0")  # half of the third reply
        assert read_marks(marks.path) == {2: DOUBT, 3: DOUBT}


@pytest.mark.parametrize("content", [b"", b"marks", b"something else" * 9])
def test_a_file_without_its_head_cannot_even_say_that_nothing_left(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "1.marks"
    path.write_bytes(content)
    assert read_marks(path) is None
    assert read_marks(tmp_path / "gone.marks") is None


def test_a_record_cut_short_was_not_written(tmp_path: Path) -> None:
    path = tmp_path / "1.marks"
    path.write_bytes(b"marks\0\0\1\1\2\3")
    assert read_marks(path) == {}


def test_a_living_writer_is_not_abandoned(tmp_path: Path) -> None:
    with Marks(tmp_path) as marks:
        marks.dots([1])
        assert abandoned_marks(tmp_path) == []
    assert abandoned_marks(tmp_path) == [marks.path]
    forget_marks(marks.path)
    forget_marks(marks.path)
    assert abandoned_marks(tmp_path) == []


def test_nothing_stays_of_a_process_that_recorded_everything(tmp_path: Path) -> None:
    with Marks(tmp_path) as marks:
        marks.dots([1])
        marks.clear([1])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_has_no_abandoned_marks(tmp_path: Path) -> None:
    assert abandoned_marks(tmp_path / "none") == []


WRITER = """
import sys
from pathlib import Path
from mailer.smtp.marks import Marks

marks = Marks(Path(sys.argv[1]))
key = 0
while True:
    key += 1
    marks.dots([key])
    if key % 3 == 0:
        marks.reply(key, 250)
    if key % 3 == 1:
        marks.clear([key])
    print(key, flush=True)
"""


def test_the_marks_of_a_killed_process_are_read_by_another(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    with writer, writer.stdout:
        seen = [int(writer.stdout.readline()) for _ in range(500)]
        assert abandoned_marks(tmp_path) == []
        os.kill(writer.pid, signal.SIGKILL)
    (path,) = abandoned_marks(tmp_path)
    marks = read_marks(path) or {}
    kept = [key for key in seen if key % 3 != 1]
    assert {key: marks[key].code for key in kept} == {
        key: 250 if key % 3 == 0 else None for key in kept
    }
    assert not marks.keys() & {key for key in seen if key % 3 == 1}


def test_two_who_look_at_once_both_see_that_the_writer_is_dead(tmp_path: Path) -> None:
    marks = Marks(tmp_path)
    marks.dots([1])
    marks.close()
    with marks.path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_SH)  # as another healer does in its instant of looking
        assert abandoned_marks(tmp_path) == [marks.path]


def test_a_full_disk_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    with Marks(tmp_path, capacity=4096) as marks:
        assert marks.path.stat().st_blocks * 512 >= 4096 * 16
