"""kill -9 in mid-sending: what the server's log and the marks say together."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mailer.smtp.marks import abandoned_marks, read_marks
from tests.fakes.smtp import FakeSmtp

SENDER = """
import sys
from pathlib import Path
import uvloop
from mailer.smtp.marks import Marks
from mailer.smtp.fleet import way_out
from mailer.smtp.relay import parse_relays
from tests.fakes.post import crowd

async def main():
    marks = Marks(Path(sys.argv[2]))
    committed = Path(sys.argv[2], "committed").open("a")

    def record(outcomes):
        # The commit, then the clearing: a kill between the two leaves marks that say no more
        # than the ledger already knows.
        committed.writelines(f"{outcome.key}\\n" for outcome in outcomes)
        committed.flush()
        marks.clear([outcome.key for outcome in outcomes])

    pool = way_out(parse_relays(sys.argv[1]), on_outcomes=record, marks=marks)
    pool.submit(crowd(50_000))
    await pool.drain()

uvloop.run(main())
"""


@pytest.mark.parametrize("after", [1, 60, 700])
def test_a_killed_sender_leaves_at_most_one_in_doubt_per_connection(
    tmp_path: Path, after: int
) -> None:
    with FakeSmtp() as server:
        sender = subprocess.Popen([sys.executable, "-c", SENDER, server.url, str(tmp_path)])
        with sender:
            assert server.until(lambda server: len(server.accepted) >= after)
            os.kill(sender.pid, signal.SIGKILL)
        (path,) = abandoned_marks(tmp_path)
        committed = {int(line) for line in (tmp_path / "committed").read_text().split()}
        marks = read_marks(path) or {}
        known = committed | {key for key, mark in marks.items() if mark.code is not None}
        doubtful = {key for key, mark in marks.items() if mark.code is None} - committed
        # Bodies on their way in the sockets still arrive.
        server.until(lambda server: len(server.accepted) >= len(known) + len(doubtful), 0.5)
        taken = {int(one.message_id[1:].partition("@")[0]) for one in list(server.accepted)}
        assert set(server.copies().values()) == {1}
        assert known <= taken <= known | doubtful
        assert len(doubtful) <= 10
