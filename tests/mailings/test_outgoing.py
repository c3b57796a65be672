"""This process's way out, on a real server: what it learns of the pace."""

import time
from pathlib import Path

import pytest

from mailer.mailings.outgoing import Outgoing
from mailer.smtp.envelope import Outcome
from mailer.smtp.relay import parse_relays
from tests.fakes.post import QUICK, crowd
from tests.fakes.smtp import FakeSmtp

pytestmark = pytest.mark.once


def _ended(out: Outgoing) -> list[Outcome]:
    ended: list[Outcome] = []
    while out.pending:
        ended += out.outcomes(0.1)
    return ended


def test_who_waits_in_vain_for_a_turn_tells_nothing_of_the_pace(tmp_path: Path) -> None:
    with FakeSmtp() as server:
        out = Outgoing(parse_relays(server.url), tmp_path, QUICK)
        (relay,) = out.budgets()
        out.allow(relay, 0)
        out.submit(crowd(2_000), not_after=time.monotonic() + 0.3)

        assert {(one.kind, one.stage) for one in _ended(out)} == {("returned", "queue")}
        assert out.pace == 0

        out.allow(relay, 100)
        out.submit(crowd(100), not_after=time.monotonic() + 30)
        assert {one.kind for one in _ended(out)} == {"sent"}
        assert out.pace > 0
        out.close()
        out.end()
