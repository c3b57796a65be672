"""What is done about a report: the rules, without a database."""

import pytest

from mailer.receipts.deciding import Act, decide, in_a_row, provider_refuses
from mailer.receipts.verdicts import Verdict


def said(verdict: Verdict, softs: tuple[int, ...] = (), *, proven: bool = True) -> Act:
    return decide(verdict, softs=softs, proven=proven, doubtful=False)


def test_a_dead_address_and_a_complaint_are_acted_on_at_once() -> None:
    assert said(Verdict.HARD) is Act.BOUNCE
    assert said(Verdict.COMPLAINT) is Act.COMPLAINT


@pytest.mark.parametrize(
    "verdict", [Verdict.POLICY, Verdict.CONTENT, Verdict.DELAYED, Verdict.DELIVERED]
)
def test_what_is_not_the_readers_fault_never_costs_them_their_mail(verdict: Verdict) -> None:
    assert said(verdict, (1,) * 15) is Act.NOTHING


@pytest.mark.parametrize("verdict", [Verdict.FULL, Verdict.TEMPORARY])
def test_a_full_mailbox_is_given_up_after_five_times_over_three_mailings(verdict: Verdict) -> None:
    assert said(verdict, (1, 1, 1, 1)) is Act.NOTHING
    assert said(verdict, (3, 2)) is Act.NOTHING
    assert said(verdict, (2, 2, 1)) is Act.SOFT
    assert said(verdict, (1, 1, 1, 1, 1)) is Act.SOFT


def test_a_mail_that_arrived_ends_the_row() -> None:
    assert in_a_row((1, 1, 0, 1, 1, 1)) == (2, 2)
    assert in_a_row((0, 0, 1, 1, 0, 9)) == (2, 2), "the newest may still come back"
    assert in_a_row(()) == (0, 0)


def test_who_cannot_prove_to_be_the_reader_unsubscribes_nobody() -> None:
    assert said(Verdict.UNSUBSCRIBE) is Act.LEAVE
    assert said(Verdict.UNSUBSCRIBE, proven=False) is Act.ASK


def test_a_relay_that_may_refuse_everybody_kills_no_address() -> None:
    assert decide(Verdict.HARD, softs=(), proven=True, doubtful=True) is Act.DOUBT


def test_a_provider_stands_still_for_many_refusals_that_are_a_part_of_its_mail() -> None:
    assert not provider_refuses(19, 30)
    assert provider_refuses(20, 30)
    assert not provider_refuses(20, 3000)
    assert provider_refuses(300, 3000)
    assert provider_refuses(20, None)
