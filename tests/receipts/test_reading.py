"""Mails from the bounce box, each read as a whole."""

import json
import random
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mailer.receipts.reading import read
from mailer.receipts.verdicts import Verdict
from tests.receipts.reports import complaint, daemon, report, words
from tests.receipts.test_hooks import bounce, sns

AMINA, YOUSSEF, GRACE = "amina@example.net", "youssef@example.net", "grace@example.com"


def verdict(raw: bytes) -> Verdict:
    return read(raw).finding.verdict


def test_a_report_by_the_book_names_its_reader_and_its_reason() -> None:
    found = read(report(AMINA)).finding
    assert (found.verdict, found.recipient) == (Verdict.HARD, AMINA)
    assert (found.status, found.code, found.text) == ("5.1.1", 550, "550 5.1.1 User unknown")


def test_a_delay_is_no_bounce_and_a_delivery_is_good_news() -> None:
    later = report(AMINA, status="4.4.1", action="delayed", said="connect: Connection timed out")
    assert verdict(later) is Verdict.DELAYED
    assert verdict(report(AMINA, status="2.0.0", action="delivered", said="250 ok")) is (
        Verdict.DELIVERED
    )


def test_words_for_people_say_more_than_a_vague_code() -> None:
    found = report(AMINA, status="5.0.0", said="", words=f"{AMINA}: 550 5.2.2 Sa boîte est pleine")
    assert verdict(found) is Verdict.FULL


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        (
            "failure notice",
            """\
            Hi. This is the qmail-send program at mx.example.net.
            I'm afraid I wasn't able to deliver your message to the following addresses.

            <grace@example.com>:
            Sorry, no mailbox here by that name. (#5.1.1)

            --- Below this line is a copy of the message.

            Return-Path: <revue@example.org>
            Subject: Votre boîte est pleine
            """,
            Verdict.HARD,
        ),
        (
            "Mail delivery failed: returning message to sender",
            """\
            A message that you sent could not be delivered to one or more of its recipients.

              grace@example.com
                host mx.example.com [192.0.2.1]
                SMTP error from remote mail server after RCPT TO:<grace@example.com>:
                550 no such user here

            ------ This is a copy of the message, including all the headers. ------
            """,
            Verdict.HARD,
        ),
        (
            "Non remis : Revue de presse",
            """\
            Échec de la remise de votre message aux destinataires suivants :

            grace@example.com
            L'adresse de messagerie que vous avez entrée est introuvable.
            """,
            Verdict.HARD,
        ),
        (
            "تعذر تسليم رسالتك",
            """\
            لم يتم العثور على العنوان
            لم يتم تسليم رسالتك إلى grace@example.com لأنه لم يتم العثور على العنوان.
            """,
            Verdict.HARD,
        ),
        (
            "فشل تسليم الرسالة",
            """\
            تعذر تسليم الرسالة إلى grace@example.com
            صندوق البريد ممتلئ، حاول مرة أخرى لاحقا.
            """,
            Verdict.FULL,
        ),
        (
            "Retard de remise",
            """\
            Le message n'a pas encore été remis à grace@example.com.
            La remise sera de nouveau tentée ; vous n'avez pas besoin de le renvoyer.
            """,
            Verdict.DELAYED,
        ),
    ],
)
def test_a_bounce_that_is_no_standards(subject: str, text: str, expected: Verdict) -> None:
    found = read(daemon(text, subject)).finding
    assert (found.verdict, found.recipient) == (expected, GRACE)


def test_a_bounce_in_html_alone_is_read() -> None:
    raw = daemon(
        "<html><body><h2>Address not found</h2><p>Your message wasn't delivered to"
        " <b>grace@example.com</b> because the address couldn't be found.</p></body></html>",
        "Delivery Status Notification (Failure)",
        Content_Type="text/html; charset=utf-8",
    )
    assert (verdict(raw), read(raw).finding.recipient) == (Verdict.HARD, GRACE)


def test_a_bounce_in_arabic_without_a_charset_is_read() -> None:
    raw = daemon("", "فشل تسليم الرسالة", Content_Type="text/plain")
    text = "تعذر تسليم الرسالة إلى grace@example.com: المستخدم غير موجود"
    assert verdict(raw + text.encode("windows-1256")) is Verdict.HARD
    assert verdict(raw.replace(b"text/plain", b"text/plain; charset=x-none") + text.encode()) is (
        Verdict.HARD
    )


def test_a_complaint_is_one_and_a_retraction_is_none() -> None:
    found = read(complaint(AMINA)).finding
    assert (found.verdict, found.recipient) == (Verdict.COMPLAINT, AMINA)
    assert verdict(complaint(AMINA, kind="not-spam")) is Verdict.MAIL
    assert verdict(complaint(AMINA, kind="auth-failure")) is Verdict.MAIL
    assert verdict(complaint(AMINA, kind="opt-out")) is Verdict.UNSUBSCRIBE


@pytest.mark.parametrize(
    "headers",
    [
        {"Subject": "Automatic reply: Revue de presse"},
        {"Subject": "Réponse automatique : absence du bureau"},
        {"Subject": "رد تلقائي: خارج المكتب"},
        {"Subject": "Re: Revue de presse", "Auto_Submitted": "auto-replied (vacation)"},
        {"Subject": "Re: Revue de presse", "X_Autoreply": "yes"},
        {"Subject": "Re: Revue de presse", "Precedence": "auto_reply"},
    ],
)
def test_a_machine_that_answers_for_its_owner_is_no_bounce(headers: dict[str, str]) -> None:
    away = words(
        "Je suis absente jusqu'au 2 juin. This mailbox is full of mail.", From=AMINA, **headers
    )
    assert verdict(away) is Verdict.REPLY


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("unsubscribe", ""),
        ("Désabonnement", "Merci."),
        ("إلغاء الاشتراك", ""),
        ("Re: Revue de presse", "STOP\n\n> Les titres du jour"),
        ("Re: Revue de presse", "Désinscrivez-moi, s'il vous plaît\n-- \nYoussef"),
    ],
)
def test_a_person_asks_to_leave(subject: str, text: str) -> None:
    assert verdict(words(text, From=YOUSSEF, Subject=subject)) is Verdict.UNSUBSCRIBE
    by_machine = words(text, From=YOUSSEF, Subject=subject, Auto_Submitted="auto-generated")
    assert verdict(by_machine) is Verdict.MAIL


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({"Subject": "Merci"}, "Votre revue est très utile.\n\n> pour vous désabonner : …"),
        ({"Subject": "Fwd: Undelivered Mail Returned to Sender"}, "550 5.1.1 User unknown"),
        ({"Subject": "Boîte pleine ?"}, "Ma boîte était pleine, renvoyez-la-moi."),
        (
            {"Subject": "Stop press: budget vote", "List_Id": "<desk.example>"},
            "The mailbox is full.",
        ),
        ({"Subject": "Stopgap measures"}, "Unsubscribe links are law now, they say."),
        ({"Subject": "Re: failure notice", "In_Reply_To": "<1@x>"}, "Which mail failed?"),
    ],
)
def test_what_a_person_writes_is_no_bounce(headers: dict[str, str], text: str) -> None:
    assert verdict(words(text, From=YOUSSEF, **headers)) is Verdict.MAIL


def test_copies_of_one_report_have_one_key_whatever_way_they_came() -> None:
    once = report(AMINA)
    relayed = b"Received: from mx2.example.net\r\nDelivered-To: b@example.org\r\n" + once
    assert read(once).key == read(relayed).key == read(once.replace(b"\n", b"\r\n")).key
    assert read(once).key != read(report(AMINA, name="report-2")).key


def test_nobody_answers_a_machine_the_empty_sender_or_a_list() -> None:
    assert read(report(AMINA)).machine
    assert read(words("", From=AMINA, List_Id="<x.example>")).machine
    assert read(words("", From=AMINA, Auto_Submitted="auto-replied")).machine
    assert not read(words("Bonjour", From=AMINA, Auto_Submitted="no")).machine


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 1000,
        b"\r\n\r\n",
        b"no header at all",
        report(AMINA)[:400],
        b"Content-Type: multipart/report; boundary=\n\n--\n",
        b"Subject: =?nonsense?q?=E9?= =?utf-8?b?###?=\n\nx",
        b"Content-Type: text/plain; charset=unicode-1-1-utf-7\nFrom: \xff\xfe\n\n\xff\xfe\x00",
    ],
)
def test_a_broken_mail_is_read_as_far_as_it_goes(raw: bytes) -> None:
    assert read(raw).finding.verdict in Verdict


def test_a_truncated_report_says_what_is_left_of_it() -> None:
    whole = report(AMINA)
    cut = whole[: whole.index(b"--cut\nContent-Description: Undelivered")]
    assert verdict(cut) is Verdict.HARD


def test_a_mail_of_fifty_megabytes_costs_no_more_than_its_beginning() -> None:
    huge = report(AMINA, returned="x" * 78 + "\n") + b"y" * 50_000_000
    assert verdict(huge) is Verdict.HARD


@pytest.mark.parametrize("depth", [30, 500, 20_000])
def test_parts_within_parts_without_end_are_read_to_some_depth(depth: int) -> None:
    head = b"From: MAILER-DAEMON@mx.example.net\nSubject: failure notice\n"
    part = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
    raw = head + b"".join(part % (level, level) for level in range(depth))
    assert read(raw + b"\n550 5.1.1 user unknown\n").finding.verdict in Verdict


@pytest.mark.parametrize("depth", [3, 2000])
def test_mails_within_mails_without_end_too(depth: int) -> None:
    raw = b"Content-Type: message/rfc822\n\n" * depth
    assert read(raw + b"Subject: x\n\ny").finding.verdict in Verdict


@given(some.binary(max_size=2000))
def test_no_bytes_at_all_break_it(raw: bytes) -> None:
    assert read(raw).findings


def test_a_report_with_bytes_changed_at_random_breaks_nothing() -> None:
    chance = random.Random(8)
    for _ in range(300):
        raw = bytearray(report(AMINA))
        for _ in range(chance.randrange(1, 40)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        assert read(bytes(raw)).findings


def by_sns(told: object, **headers: str) -> bytes:
    """A notification of Amazon's, as a topic that is subscribed to by e-mail sends it."""
    said = json.dumps(told) + "\n\n--\nIf you wish to stop receiving notifications, visit: …\n"
    mail = EmailMessage()
    mail["From"] = "AWS Notifications <no-reply@sns.amazonaws.com>"
    mail["Subject"], mail["To"] = "AWS Notification Message", "retours@example.org"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(said, cte="quoted-printable")
    return mail.as_bytes()


def test_a_notification_of_amazons_that_comes_as_a_mail_says_what_it_says_at_the_door() -> None:
    found = read(by_sns(bounce()))
    assert found.finding.verdict is Verdict.HARD
    assert found.finding.recipient == AMINA
    assert "b+q-aaaaaaaaaaaaaaaa@bounces.example.org" in found.clues.verp
    assert "<own@example.org>" in found.clues.message_ids
    whole = read(by_sns(sns(bounce()), Message_ID="<another@sns.amazonaws.com>"))
    assert whole.findings == found.findings
    assert whole.key == found.key, "a copy, whatever mail brings it"


def test_a_notification_that_is_none_is_an_ordinary_mail() -> None:
    assert verdict(by_sns({"AlarmName": "disk full"})) is Verdict.MAIL
    assert verdict(by_sns(["rubbish"])) is Verdict.MAIL
    stranger = by_sns(bounce()).replace(b"sns.amazonaws.com", b"sns.amazonaws.example")
    assert verdict(stranger) is Verdict.MAIL
    deep = b"From: no-reply@sns.amazonaws.com\n\n" + b'{"a":' * 100_000
    assert verdict(deep) is Verdict.MAIL
