"""What servers say, and what we make of it."""

import pytest

from mailer.receipts.judging import judge
from mailer.receipts.verdicts import Verdict

HARD, FULL, LATER = Verdict.HARD, Verdict.FULL, Verdict.TEMPORARY
POLICY, CONTENT = Verdict.POLICY, Verdict.CONTENT


@pytest.mark.parametrize(
    ("status", "said", "verdict"),
    [
        ("5.1.1", "550 5.1.1 <amina@example.net>: Recipient address rejected: User unknown", HARD),
        ("5.1.1", "550-5.1.1 The email account that you tried to reach does not exist.", HARD),
        ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", HARD),
        ("5.1.1", "550 5.1.1 Adresse d au moins un destinataire invalide. OFR_416", HARD),
        ("5.1.1", "550 5.1.1 L'utilisateur n'existe pas", HARD),
        ("5.1.1", "550 5.1.1 المستخدم غير موجود", HARD),
        ("5.1.2", "Host or domain name not found", HARD),
        ("", "521 5.3.2 this host does not accept mail", HARD),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied [AM0EUR]", HARD),
        ("5.2.2", "552 5.2.2 Mailbox full", FULL),
        ("5.1.1", "550 5.1.1 Mailbox over quota", FULL),
        ("5.0.0", "550 Boîte du destinataire pleine", FULL),
        ("5.0.0", "550 صندوق البريد ممتلئ", FULL),
        ("4.2.2", "452 4.2.2 user is over quota", FULL),
        ("5.2.1", "550 5.2.1 The email account that you tried to reach is disabled.", LATER),
        ("4.7.0", "451 4.7.0 Greylisted, please try again later", LATER),
        ("4.1.1", "450 4.1.1 <amina@example.net>: User unknown in virtual alias table", LATER),
        ("4.0.0", "NXDOMAIN: domain not found", LATER),
        ("5.7.1", "550 5.7.1 <amina@example.net>: User unknown", POLICY),
        ("5.7.26", "550 5.7.26 Unauthenticated email is not accepted due to DMARC", POLICY),
        ("5.0.0", "554 Service unavailable; Client host blocked using zen.spamhaus.org", POLICY),
        ("5.1.8", "550 5.1.8 Sender address rejected: Domain not found", POLICY),
        ("5.0.0", "550 Message rejeté : courrier indésirable", POLICY),
        ("5.0.0", "550 تم حظر المرسل بسبب السمعة", POLICY),
        ("5.3.4", "552 5.3.4 Message size exceeds fixed limit", CONTENT),
        ("5.6.0", "554 5.6.0 virus found", CONTENT),
        ("5.0.0", "550 no", LATER),
        ("", "", LATER),
    ],
)
def test_a_refusal_is_judged_by_its_words_and_its_code(
    status: str, said: str, verdict: Verdict
) -> None:
    code = int(said[:3]) if said[:3].isdigit() else None
    assert judge(status, code, said) is verdict


def test_an_unknown_user_after_the_whole_mail_is_a_filters_word() -> None:
    said = "550 User unknown"
    assert judge("5.0.0", 550, said, "(in reply to RCPT TO command)") is HARD
    assert judge("5.0.0", 550, said, "(in reply to end of DATA command)") is POLICY
    assert judge("5.1.1", 550, said, "(in reply to end of DATA command)") is HARD


def test_a_refused_sender_says_nothing_of_the_reader() -> None:
    said = "553 neko.example.org does not exist"
    around = "SMTP error from remote mail server after MAIL FROM:<revue@example.org>"
    assert judge("", 553, said, around) is POLICY
