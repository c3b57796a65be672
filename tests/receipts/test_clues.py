"""Whose a report may be: what of it can be proven."""

from mailer.mime.verp import make_verp
from mailer.receipts.reading import read
from tests.receipts.reports import complaint, report

SECRET = b"a secret"


def test_a_report_to_an_address_of_ours_names_its_delivery() -> None:
    verp = make_verp(17, SECRET, "bounces.example.org")
    assert read(report("amina@example.net", back_to=verp)).clues.verp[0] == verp
    assert verp in read(report("amina@example.net"), (verp,)).clues.verp


def test_the_mail_that_is_returned_tells_its_message_id_and_its_edition() -> None:
    clues = read(report("amina@example.net")).clues
    assert "<8c1f0d2e3b4a59687786a5b4c3d2e1f001122334@example.org>" in clues.message_ids
    assert clues.feedback == ("3:fr:abcdef012345",)


def test_a_link_to_leave_is_found_though_the_mail_was_broken_into_lines() -> None:
    token = "A" * 52
    returned = (
        f"Message-ID: <1@example.org>\nContent-Transfer-Encoding: quoted-printable\n\n"
        f"https://press.example/unsubscribe/{token[:20]}=\n{token[20:]}\n"
    )
    assert read(complaint(returned=returned)).clues.tokens == (token,)


def test_a_great_many_clues_are_not_all_kept() -> None:
    returned = "".join(f"Message-ID: <{number:08}@example.org>\n" for number in range(1000))
    assert len(read(complaint(returned=returned)).clues.message_ids) <= 8
