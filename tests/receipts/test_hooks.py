"""The words and the signatures of four providers."""

import base64
import datetime
import hmac
import json
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from mailer.receipts.hooks import mailgun, postmark, sendgrid, ses
from mailer.receipts.hooks.events import Unreadable
from mailer.receipts.verdicts import Verdict

AMINA = "amina@example.net"


def verdicts(notices: list[Any]) -> list[Verdict]:
    return [one.findings[0].verdict for one in notices]


# -- SendGrid ---------------------------------------------------------------------------------

CURVE = ec.generate_private_key(ec.SECP256R1())
SENDGRID_KEY = base64.b64encode(
    CURVE.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()


def signed(body: bytes, timestamp: str = "1700000000") -> str:
    return base64.b64encode(
        CURVE.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    ).decode()


def test_sendgrids_signature_covers_the_body_and_the_time() -> None:
    body = b"[]"
    assert sendgrid.genuine(body, signed(body), "1700000000", SENDGRID_KEY)
    assert not sendgrid.genuine(b"[1]", signed(body), "1700000000", SENDGRID_KEY)
    assert not sendgrid.genuine(body, signed(body), "1700000001", SENDGRID_KEY)
    for key in ("", "rubbish", base64.b64encode(b"x").decode()):
        assert not sendgrid.genuine(body, signed(body), "1700000000", key)
    assert not sendgrid.genuine(body, "é", "1700000000", SENDGRID_KEY)


def test_sendgrids_events_are_told_in_our_words() -> None:
    events = [
        {"event": "bounce", "email": AMINA, "reason": "550 5.1.1 no such user", "type": "bounce"},
        {"event": "bounce", "email": AMINA, "reason": "550 5.1.1 unknown user", "type": "blocked"},
        {"event": "bounce", "email": AMINA, "reason": "552 5.2.2 mailbox full"},
        {"event": "spamreport", "email": AMINA, "smtp-id": "<a@b>", "sg_event_id": "1"},
        {"event": "deferred", "email": AMINA, "response": "451 later"},
        {"event": "unsubscribe", "email": AMINA},
        {"event": "delivered", "email": AMINA},
        {"event": "open", "email": AMINA},
        "rubbish",
        None,
    ]
    found = sendgrid.notices(json.dumps(events).encode())
    assert verdicts(found) == [
        *(Verdict.HARD, Verdict.POLICY, Verdict.FULL, Verdict.COMPLAINT),
        *(Verdict.DELAYED, Verdict.UNSUBSCRIBE, Verdict.DELIVERED),
    ]
    assert found[3].clues.message_ids == ("<a@b>",)
    assert all(one.trusted for one in found)
    assert len({one.key for one in found}) == len(found)


# -- Amazon SES -------------------------------------------------------------------------------

RSA = rsa.generate_private_key(65537, 2048)


def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    day = datetime.datetime(2025, 1, 1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(RSA.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day + datetime.timedelta(days=3650))
        .sign(RSA, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


CERTIFICATE = certificate()


def sns(told: Any, *, version: str = "2", **more: str) -> dict[str, str]:
    """A notification of SNS, signed as Amazon signs it."""
    message = {
        "Type": "Notification",
        "MessageId": "m-1",
        "TopicArn": "arn:aws:sns:eu-west-1:1:returns",
        "Message": json.dumps(told),
        "Timestamp": "2025-05-21T07:00:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
        **more,
    }
    names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    if message["Type"] != "Notification":
        names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
    digest = hashes.SHA1() if version == "1" else hashes.SHA256()
    message["Signature"] = base64.b64encode(
        RSA.sign(text.encode(), padding.PKCS1v15(), digest)
    ).decode()
    return message


def bounce(status: str = "5.1.1", said: str = "smtp; 550 5.1.1 user unknown", **more: str) -> Any:
    return {
        "notificationType": "Bounce",
        "bounce": {
            "bouncedRecipients": [
                {"emailAddress": AMINA, "status": status, "diagnosticCode": said}
            ],
            **more,
        },
        "mail": {
            "source": "b+q-aaaaaaaaaaaaaaaa@bounces.example.org",
            "headers": [
                {"name": "Message-ID", "value": "<own@example.org>"},
                {"name": "Feedback-ID", "value": "3:fr:abcdef012345"},
            ],
        },
    }


@pytest.mark.parametrize("version", ["1", "2"])
def test_amazons_signature_is_verified(version: str) -> None:
    message = sns(bounce(), version=version)
    assert ses.genuine(message, CERTIFICATE)
    for changed in ({"Message": "{}"}, {"TopicArn": "x"}, {"Signature": "AAAA"}, {"Type": "x"}):
        assert not ses.genuine(message | changed, CERTIFICATE)
    assert not ses.genuine(message, b"no certificate")
    assert not ses.genuine(message | {"SignatureVersion": "3"}, CERTIFICATE)


def test_only_amazons_own_addresses_are_ever_visited() -> None:
    message = sns(bounce())
    assert ses.certificate_url(message)
    for url in (
        "http://sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem",
        "https://user@sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
        "https://s3.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com/x.txt",
        "https://[",
        "",
    ):
        assert not ses.certificate_url(message | {"SigningCertURL": url}), url
    asks = {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://evil.example/"}
    assert ses.subscribe_url(asks) == ""


def test_amazons_reports_are_told_in_our_words() -> None:
    (found,) = ses.notices(sns(bounce()))
    assert (found.findings[0].verdict, found.findings[0].recipient) == (Verdict.HARD, AMINA)
    assert found.clues.verp == ("b+q-aaaaaaaaaaaaaaaa@bounces.example.org",)
    assert found.clues.message_ids == ("<own@example.org>",)
    full = bounce("5.2.2", "smtp; 552 5.2.2 mailbox full")
    policy = bounce("5.7.1", "smtp; 550 5.7.1 spam")
    bare = bounce("", "", bounceSubType="NoEmail")
    told = [ses.notices(sns(one))[0].findings[0].verdict for one in (full, policy, bare)]
    assert told == [Verdict.FULL, Verdict.POLICY, Verdict.HARD]
    complaint = {
        "notificationType": "Complaint",
        "complaint": {"complainedRecipients": [{"emailAddress": AMINA}]},
    }
    assert verdicts(ses.notices(sns(complaint))) == [Verdict.COMPLAINT]
    assert ses.notices(sns({"notificationType": "AmazonSnsSubscriptionSucceeded"})) == []
    assert ses.notices(sns(["rubbish"])) == []


# -- Postmark ---------------------------------------------------------------------------------


def test_postmark_logs_in_by_the_address_it_was_given() -> None:
    header = "Basic " + base64.b64encode(b"postmark:a secret").decode()
    assert postmark.genuine(header, "postmark:a secret")
    assert not postmark.genuine(header, "postmark:another")
    assert not postmark.genuine("", "")
    assert not postmark.genuine("Basic é", "postmark:a secret")


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({"Type": "HardBounce", "Details": "550 5.1.1 no such user"}, Verdict.HARD),
        ({"Type": "HardBounce"}, Verdict.HARD),
        ({"Type": "SoftBounce", "Details": "552 5.2.2 mailbox full"}, Verdict.FULL),
        ({"Type": "SpamNotification", "Details": "554 5.1.1 user unknown"}, Verdict.POLICY),
        ({"Type": "DMARCPolicy"}, Verdict.POLICY),
        ({"Type": "AutoResponder"}, Verdict.REPLY),
        ({"Type": "Transient"}, Verdict.DELAYED),
        ({"Type": "Unsubscribe"}, Verdict.UNSUBSCRIBE),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint"}, Verdict.COMPLAINT),
    ],
)
def test_postmarks_reports_are_told_in_our_words(told: dict[str, str], verdict: Verdict) -> None:
    whole = {"RecordType": "Bounce", "Email": AMINA, "ID": 17, **told}
    (found,) = postmark.notices(json.dumps(whole).encode())
    assert (found.findings[0].verdict, found.findings[0].recipient) == (verdict, AMINA)


# -- Mailgun ----------------------------------------------------------------------------------


def mailgun_call(event: Any, *, key: str = "key", timestamp: str = "1700000000") -> Any:
    token = "t" * 50
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), "sha256").hexdigest()
    return {
        "signature": {"timestamp": timestamp, "token": token, "signature": signature},
        "event-data": event,
    }


def test_mailguns_signature_is_good_for_some_hours() -> None:
    call = mailgun_call({})
    assert mailgun.genuine(call, "key", 1_700_000_100)
    assert not mailgun.genuine(call, "key", 1_700_100_000)
    assert not mailgun.genuine(call, "another", 1_700_000_100)
    assert not mailgun.genuine(mailgun_call({}, key=""), "", 1_700_000_100)
    for timestamp in ("", "x", "9" * 40):
        assert not mailgun.genuine(mailgun_call({}, timestamp=timestamp), "key", 1_700_000_100)


def test_a_token_is_good_for_one_event() -> None:
    first = mailgun.notices(mailgun_call({"event": "complained", "recipient": AMINA, "id": "1"}))
    other = mailgun.notices(mailgun_call({"event": "complained", "recipient": "b@c.d", "id": "2"}))
    assert first[0].key == other[0].key


@pytest.mark.parametrize(
    ("event", "verdict"),
    [
        (
            {
                "event": "failed",
                "severity": "permanent",
                "delivery-status": {"code": 550, "message": "5.1.1 user unknown"},
            },
            Verdict.HARD,
        ),
        (
            {
                "event": "failed",
                "severity": "permanent",
                "delivery-status": {"code": 605, "message": "Not delivering to previously bounced"},
            },
            Verdict.TEMPORARY,
        ),
        ({"event": "failed", "severity": "temporary"}, Verdict.DELAYED),
        ({"event": "complained"}, Verdict.COMPLAINT),
        ({"event": "unsubscribed"}, Verdict.UNSUBSCRIBE),
        ({"event": "delivered"}, Verdict.DELIVERED),
    ],
)
def test_mailguns_events_are_told_in_our_words(event: Any, verdict: Verdict) -> None:
    (found,) = mailgun.notices(mailgun_call({"recipient": AMINA, **event}))
    assert found.findings[0].verdict is verdict


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_is_unreadable(body: bytes) -> None:
    for read in (sendgrid.notices, postmark.notices, mailgun.read):
        with pytest.raises(Unreadable):
            read(body)


@pytest.mark.parametrize("body", [b"null", b"1", b'"x"', b"{}", b'{"signature": 1}'])
def test_json_of_another_shape_tells_nothing(body: bytes) -> None:
    assert postmark.notices(body) == []
    with pytest.raises(Unreadable):
        sendgrid.notices(body)
    if body.startswith(b"{"):
        assert mailgun.notices(mailgun.read(body)) == []
    assert ses.certificate_url(json.loads(body)) == ""
