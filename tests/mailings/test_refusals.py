"""Why somebody was refused, from what the ledger keeps of it."""

import pytest

from mailer.mailings.refusals import HOPEFUL, HOPELESS, NAMES, REASONS, chosen, kind_of
from mailer.mailings.retry import NEVER_BEGUN, Kind
from mailer.smtp import envelope


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (550, "5.7.1 Message rejected as spam", Kind.POLICY),
        (550, "5.1.1 No such user", Kind.NO_MAILBOX),
        (550, "No such user", Kind.NO_MAILBOX),
        (552, "5.2.2 Over quota", Kind.FULL),
        (550, "5.2.1 Account disabled", Kind.DISABLED),
        (552, "5.3.4 Too big", Kind.TOO_BIG),
        (554, "No", Kind.REFUSED),
        # The text may be that of an earlier answer: its code is of another class.
        (554, "4.7.1 come back later", Kind.REFUSED),
        (451, "4.7.1 come back later", Kind.TOO_LATE),
        (None, Kind.TOO_LATE.value, Kind.TOO_LATE),
        (None, NEVER_BEGUN, Kind.TOO_LATE),
        (None, envelope.UNUSABLE_ADDRESS, Kind.BAD_ADDRESS),
        (None, envelope.TOO_LARGE, Kind.TOO_BIG),
        (None, "“a b@c” is no address.", Kind.BAD_ADDRESS),
    ],
)
def test_a_refused_row_tells_why(code: int | None, text: str, kind: Kind) -> None:
    assert kind_of(code, text) is kind


def test_without_a_choice_an_address_that_is_wrong_or_closed_is_left_alone() -> None:
    asked = chosen(HOPEFUL)
    assert asked(550, "5.7.1 spam")
    assert not asked(550, "5.1.1 unknown")
    assert not asked(550, "5.2.1 disabled")
    assert chosen([Kind.NO_MAILBOX])(550, "5.1.1 unknown")


def test_every_reason_has_one_name() -> None:
    assert {REASONS[name] for name in NAMES.values()} == HOPEFUL | HOPELESS
