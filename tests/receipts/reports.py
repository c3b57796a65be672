"""Reports as servers of the world write them, about mails of ours to a small cast."""

from email.message import Message
from textwrap import dedent

#: Our own mail, as a report returns it.
RETURNED = """\
Return-Path: <revue@example.org>
Message-ID: <8c1f0d2e3b4a59687786a5b4c3d2e1f001122334@example.org>
From: Revue de presse <revue@example.org>
To: {to}
Subject: Revue de presse
List-Id: Revue de presse <revue-de-presse.example.org>
Feedback-ID: 3:fr:abcdef012345

Les titres du jour.
"""


def report(
    to: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    said: str = "550 5.1.1 User unknown",
    words: str = "I'm sorry to have to inform you that your message could not be delivered.",
    returned: str = "",
    back_to: str = "revue@example.org",
    name: str = "report-1",
) -> bytes:
    """A report by the book (RFC 3464), as Postfix writes it."""
    return (
        dedent("""\
        Return-Path: <>
        Date: Wed, 21 May 2025 07:40:00 +0100
        From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: {back_to}
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="cut"
        Message-ID: <{name}@mx.example.net>

        This is a MIME-encapsulated message.

        --cut
        Content-Description: Notification
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        {words}

        --cut
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.net
        X-Postfix-Sender: rfc822; {back_to}
        Arrival-Date: Wed, 21 May 2025 07:39:58 +0100 (+01)

        Final-Recipient: rfc822; {to}
        Original-Recipient: rfc822;{to}
        Action: {action}
        Status: {status}
        Remote-MTA: dns; mx.example.net
        Diagnostic-Code: smtp; {said}

        --cut
        Content-Description: Undelivered Message
        Content-Type: message/rfc822

        {returned}
        --cut--
        """)
        .format(
            to=to,
            status=status,
            action=action,
            said=said,
            words=words,
            back_to=back_to,
            name=name,
            returned=returned or RETURNED.format(to=to),
        )
        .encode()
    )


def words(text: str, **headers: str) -> bytes:
    """A mail of one text; `Content_Type` and the like are headers."""
    mail = Message()
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    if "Content-Type" not in mail:
        mail["Content-Type"] = "text/plain; charset=utf-8"
    head = "\n".join(f"{name}: {value}" for name, value in mail.items())
    return f"{head}\n\n{dedent(text)}".encode()


def daemon(text: str, subject: str = "failure notice", **headers: str) -> bytes:
    """What a machine wrote, and no standard."""
    return words(
        text,
        Return_Path="<>",
        From="MAILER-DAEMON@mx.example.net",
        To="revue@example.org",
        Subject=subject,
        **headers,
    )


def complaint(
    to: str = "", *, kind: str = "abuse", returned: str = "", name: str = "complaint-1"
) -> bytes:
    """A feedback report (RFC 5965)."""
    rcpt = f"Original-Rcpt-To: {to}\n" if to else ""
    return (
        "From: feedback@isp.example\n"
        "To: revue@example.org\n"
        "Subject: FW: Revue de presse\n"
        f"Message-ID: <{name}@isp.example>\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="cut"\n\n'
        "--cut\nContent-Type: text/plain\n\nThis is an email abuse report.\n\n"
        "--cut\nContent-Type: message/feedback-report\n\n"
        f"Feedback-Type: {kind}\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n{rcpt}\n"
        "--cut\nContent-Type: message/rfc822\n\n"
        f"{returned or RETURNED.format(to=to or 'undisclosed')}\n--cut--\n"
    ).encode()
