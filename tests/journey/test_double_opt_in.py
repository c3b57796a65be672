"""One reader, from the form to the erasure: Amina, who reads Arabic on her phone.

Everything she does she does as readers do: by the pages, and by the links of the mails that a
server took. What she receives is what that server accepted.
"""

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mailer.articles.models import Source
from mailer.curation import compose
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.letters.send import send_letters
from mailer.mailings import fanout, history, send
from mailer.mailings.report import rows_of as ledger_of
from mailer.receipts.models import Way
from mailer.receipts.record import Taken
from mailer.receipts.taking import take
from mailer.subscribers import erasing, optin, pending
from mailer.subscribers.importing import import_csv
from mailer.subscribers.models import Consent, Subscriber
from tests.fakes.smtp import FakeSmtp
from tests.people import article, review, source

pytestmark = pytest.mark.django_db(transaction=True)

AMINA, LATER_AMINA = "Amina.Idrissi@example.org", "amina@example.net"
LIST = "revue-de-presse"


def _links(mail: EmailMessage, page: str, kind: str) -> set[str]:
    part = mail.get_body((kind,))
    assert part is not None
    return set(re.findall(rf"http://[^\s\"<>]*(/{page}/[\w-]+)", part.get_content()))


class Reader:
    """Amina: a browser in Arabic, and a mailbox at the server."""

    def __init__(self, server: FakeSmtp) -> None:
        self.server = server
        self.browser = Client(
            headers={"accept-language": "ar-MA,ar;q=0.9"},
            REMOTE_ADDR="196.200.131.77",
            enforce_csrf_checks=True,
        )

    def mails(self) -> list[EmailMessage]:
        """What came to her, oldest first, once everything that waits was sent."""
        optin.take_requests(timezone.now())
        send_letters(timezone.now())
        return [
            message_from_bytes(one.body, policy=policy.default)  # type: ignore[misc] # by the policy
            for one in self.server.accepted
            if one.recipient in (AMINA, LATER_AMINA)
        ]

    def link(self, page: str) -> str:
        """The link to a page in the newest of her mails that has one, the same in both parts."""
        for mail in reversed(self.mails()):
            assert mail["Content-Language"] == "ar"
            found = [_links(mail, page, kind) for kind in ("plain", "html")]
            if found[0]:
                assert found[0] == found[1]
                (link,) = found[0]
                return link
        raise AssertionError(f"no mail of hers links to {page}")

    def opens(self, path: str) -> str:
        """The text of a page, in her language; fetched twice, as a mail scanner does before her."""
        self.browser.head(path)
        answer = self.browser.get(path)
        assert answer.status_code == 200, path
        return self._read(answer)

    def presses(self, path: str, **form: Any) -> str:
        """The text of the page behind a button."""
        answer = self.browser.post(path, form, follow=True)
        assert answer.status_code == 200, path
        return self._read(answer)

    def _read(self, answer: Any) -> str:
        text = html.unescape(answer.content.decode())
        assert '<html lang="ar" dir="rtl">' in text
        assert not self.browser.cookies
        return text

    @property
    def row(self) -> Subscriber:
        """What is known of her."""
        return Subscriber.objects.get()

    @property
    def state(self) -> str:
        """Hers on the list."""
        return str(self.row.subscriptions.get(mailing_list__slug=LIST).state)


@pytest.fixture
def amina(settings: Any, data: Path) -> Iterator[Reader]:
    with FakeSmtp() as server:
        settings.SMTP_URL = server.url
        settings.MAILER_FROM = "office@press.example"
        yield Reader(server)
        send.close()


def _mailed(title: str) -> None:
    """An issue with one Arabic article goes to everybody who is due."""
    outlet = source(f"sabah{Source.objects.count()}", language="ar")
    now = timezone.now()
    article(outlet, title, at=now - timedelta(hours=1))
    issue = compose.draft_issue(review(), now=now)
    compile_issue(issue.pk, now)
    sign(issue.pk, issue_checksum(issue.pk), None, now)
    if not fanout.verdict(issue.pk).would_send:
        return
    mailing = fanout.start(issue.pk, None, now)
    while send.work(mailing.pk):
        pass


def _issues(reader: Reader) -> list[str]:
    """The subjects of the issues that she was sent, by the headers that only an issue has."""
    return [str(mail["Subject"]) for mail in reader.mails() if mail["List-Id"]]


def _imported(folder: Path, email: str, now: datetime) -> None:
    file = folder / "old list.csv"
    file.write_text(f"email,language\n{email},ar\n", encoding="utf-8")
    import_csv(file, LIST, now=now, confirmed=True, consent="An old paper list")


def test_amina_from_the_form_to_the_erasure(amina: Reader, tmp_path: Path) -> None:
    _she_signs_up_and_nothing_comes_before_she_confirms(amina)
    _she_confirms_and_reads(amina)
    _she_pauses_and_goes_on(amina)
    data = _she_looks_at_her_data_by_a_fresh_link(amina)
    _she_moves(amina, data)
    _she_leaves_and_no_old_link_brings_her_back(amina)
    _she_comes_back_by_confirming_again(amina)
    _she_erases_everything_and_no_import_brings_her_back(amina, tmp_path)


def _she_signs_up_and_nothing_comes_before_she_confirms(amina: Reader) -> None:
    assert "أرغب في التوصل بـ«النشرة الإخبارية»" in amina.opens("/subscribe/")
    amina.presses("/subscribe/", email=AMINA, language="ar", list=LIST)
    (asking,) = amina.mails()
    assert asking["To"] == AMINA
    assert asking["Auto-Submitted"] == "auto-generated"
    confirm = amina.link("confirm")
    assert "تأكيد الاشتراك" in amina.opens(confirm)
    assert amina.state == "pending"
    _mailed("قبل التأكيد")
    assert _issues(amina) == []


def _she_confirms_and_reads(amina: Reader) -> None:
    confirm = amina.link("confirm")
    for _ in range(2):
        assert "تم" in amina.presses(confirm)
    assert amina.state == "confirmed"
    asked, confirmed = Consent.objects.order_by("pk")
    assert "النشرة الإخبارية" in asked.shown
    assert "النشرة الإخبارية" in confirmed.shown
    assert (confirmed.network, confirmed.message_id) == ("196.200.131.0/24", asked.message_id)
    asking, welcome = amina.mails()
    assert asking["Message-ID"] == confirmed.message_id
    assert welcome["Subject"] != asking["Subject"]
    _mailed("قانون جديد للطلبة")
    assert len(_issues(amina)) == 1


def _she_pauses_and_goes_on(amina: Reader) -> None:
    page = amina.link("preferences")
    assert AMINA not in amina.opens(page)
    assert "لا رسائل إلى غاية" in amina.presses(page, language="ar", name="أمينة", weeks="4")
    _mailed("في فترة التوقف")
    assert len(_issues(amina)) == 1
    assert amina.row.name == "أمينة"
    amina.presses(page, language="ar", name="أمينة", weeks="0")
    _mailed("بعد التوقف")
    assert len(_issues(amina)) == 2


def _she_looks_at_her_data_by_a_fresh_link(amina: Reader) -> str:
    forwarded = amina.link("preferences")
    assert amina.browser.get(f"/data/{forwarded.rpartition('/')[2]}").status_code == 400
    assert "رابط في طريقه" in amina.presses(forwarded, act="data")
    data = amina.link("data")
    shown = amina.opens(data)
    assert AMINA in shown
    assert "أرغب في التوصل بـ«النشرة الإخبارية»" in shown
    assert re.search(r"الأعداد الموجهة إليكم</dt>\s*<dd>2</dd>", shown)
    file = json.loads(amina.browser.get(f"{data}/file.json").content)
    assert (file["address"], file["name"]) == (AMINA, "أمينة")
    assert [one["act"] for one in file["acts"]] == ["requested", "confirmed", "paused", "resumed"]
    assert [one["state"] for one in file["deliveries"]] == ["sent", "sent"]
    return data


def _she_moves(amina: Reader, data: str) -> None:
    amina.presses(data, act="address", email=LATER_AMINA)
    assert amina.row.email == AMINA
    link = amina.link("address")
    assert LATER_AMINA in amina.opens(link)
    amina.presses(link)
    assert amina.row.email == LATER_AMINA
    assert amina.browser.get(data).status_code == 400
    _mailed("في العنوان الجديد")
    assert amina.mails()[-1]["To"] == LATER_AMINA


def _she_leaves_and_no_old_link_brings_her_back(amina: Reader) -> None:
    issue = amina.mails()[-1]
    found = re.search(r"<http://[^/]+(/unsubscribe/[\w-]+)>", str(issue["List-Unsubscribe"]))
    assert found
    assert amina.state == "confirmed"
    mail_program = Client(enforce_csrf_checks=True)
    answer = mail_program.post(found[1], {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.has_header("Location")) == (200, False)
    assert amina.state == "unsubscribed"
    sent = len(_issues(amina))
    for mail in amina.mails():
        for old in set(re.findall(r"/confirm/[\w-]+", mail.get_body(("plain",)).get_content())):  # type: ignore[union-attr] # ours have one
            assert amina.browser.post(old).status_code == 400
    assert amina.state == "unsubscribed"
    _mailed("بعد الرحيل")
    assert len(_issues(amina)) == sent


def _she_comes_back_by_confirming_again(amina: Reader) -> None:
    amina.presses("/subscribe/", email=LATER_AMINA, language="ar", list=LIST)
    amina.mails()
    assert amina.state == "pending"
    asked_at = timezone.now()
    assert pending.remind(asked_at + timedelta(days=3)) == 1
    send_letters(asked_at + timedelta(days=3))
    amina.presses(amina.link("confirm"))
    assert amina.state == "confirmed"
    _mailed("العودة")
    asks = f"From: {LATER_AMINA}\nSubject: unsubscribe\nMessage-ID: <x@y>\n\n".encode()
    assert take(Way.MAILBOX, asks, timezone.now()) is Taken.DONE
    assert amina.state == "unsubscribed"


def _she_erases_everything_and_no_import_brings_her_back(amina: Reader, folder: Path) -> None:
    amina.presses("/data/", email=LATER_AMINA)
    data = amina.link("data")
    assert "تم محو معطياتكم" in amina.presses(data, act="erase")
    assert amina.browser.get(data).status_code == 400
    gone = amina.row
    assert (gone.email, gone.name, gone.email_key) == ("", "", None)
    told = history.of(gone)
    assert told.address == ""
    assert {entry.state for entry in told.entries} == {"sent"}
    for entry in told.entries:
        assert [row.address for row in ledger_of(entry.mailing)] == [""]
    _imported(folder, LATER_AMINA.upper(), timezone.now())
    assert erasing.among([LATER_AMINA]) == {LATER_AMINA}
    sent = len(amina.server.accepted)
    _mailed("بعد المحو")
    amina.mails()
    assert len(amina.server.accepted) == sent
