"""The caught mails, read."""

from pathlib import Path

import pytest

from mailer.catcher.box import count_mails, list_mails, parts_of, read_mail
from mailer.catcher.store import CaughtEnvelope, Store
from mailer.errors import NotFound

REVUE = (
    "From: Revue <revue@press.ma>\r\n"
    "To: amina@example.org\r\n"
    "Subject: =?utf-8?q?Revue_de_presse_n=C2=B0_7_=E2=80=93?= =?utf-8?b?INin2YTYtdit2KfZgdip?=\r\n"
    "List-Unsubscribe: <https://press.ma/unsubscribe/abc>\r\n"
    "MIME-Version: 1.0\r\n"
    'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "L'été au Maroc\r\n"
    "--b\r\nContent-Type: text/html; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    "<p>L'=C3=A9t=C3=A9</p>\r\n--b--\r\n"
).encode()


def caught(folder: Path, *mails: bytes) -> Path:
    store = Store(folder)
    for number, mail in enumerate(mails, 1):
        told = CaughtEnvelope("b@press.ma", ["amina@example.org"], f"2026-03-02T08:0{number}:00Z")
        store.add(told, mail)
    return folder


def test_the_inbox_lists_the_newest_first(tmp_path: Path) -> None:
    caught(tmp_path, b"Subject: one\r\n\r\n", REVUE)
    newest, oldest = list_mails(tmp_path)
    assert (newest.number, newest.subject) == (2, "Revue de presse n° 7 – الصحافة")
    assert (newest.sender, newest.recipients) == ("b@press.ma", ("amina@example.org",))
    assert (newest.size, newest.date.isoformat()) == (len(REVUE), "2026-03-02T08:02:00+00:00")
    assert oldest.subject == "one"


def test_the_inbox_has_pages(tmp_path: Path) -> None:
    caught(tmp_path, *[b"Subject: x\r\n\r\n"] * 7)
    pages = [[mail.number for mail in list_mails(tmp_path, page, 3)] for page in (1, 2, 3, 4)]
    assert pages == [[7, 6, 5], [4, 3, 2], [1], []]
    assert count_mails(tmp_path) == 7
    assert list_mails(tmp_path, page=-3, per_page=3) == list_mails(tmp_path, 1, 3)


def test_a_mail_is_given_back_as_it_came(tmp_path: Path) -> None:
    assert read_mail(caught(tmp_path, REVUE), 1) == REVUE


def test_a_mail_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no caught mail 5"):
        read_mail(tmp_path, 5)


def test_a_mail_is_taken_apart() -> None:
    parts = parts_of(REVUE)
    assert (parts.text.strip(), parts.html.strip()) == ("L'été au Maroc", "<p>L'été</p>")
    assert dict(parts.headers)["List-Unsubscribe"] == "<https://press.ma/unsubscribe/abc>"


def test_a_mail_with_a_header_twice_shows_both() -> None:
    parts = parts_of(b"X-One: a\r\nX-One: b\r\nx-one: c\r\n\r\nbody")
    assert [value for _, value in parts.headers] == ["a", "b", "c"]
    assert (parts.text, parts.html) == ("body", "")


@pytest.mark.parametrize(
    "noise",
    [
        b"",
        b"\0\xff" * 5000,
        b"no header at all",
        b"Subject: =?utf-8?b?broken\r\n\r\nx",
        b"From: <<<>>>\r\nTo: @@,,\r\nDate: never\r\nMessage-ID: <\r\nContent-Type: /\r\n\r\nx",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: text/plain; charset=none\r\n\r\nx\xe9",
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%",
        b'To: amina@[\r\nCc: ;\r\nReply-To: "\r\nReferences: \xe9\r\n\r\n',
        b"Subject: " + b"x" * 100_000 + b"\r\n\r\nx",
    ],
)
def test_a_broken_mail_is_listed_and_taken_apart_as_far_as_it_goes(
    tmp_path: Path, noise: bytes
) -> None:
    (mail,) = list_mails(caught(tmp_path, noise))
    assert mail.size == len(noise)
    parts_of(noise)


def test_a_mail_without_its_envelope_is_listed_all_the_same(tmp_path: Path) -> None:
    caught(tmp_path, REVUE, REVUE)
    (tmp_path / "1.json").unlink()
    (tmp_path / "2.json").write_text("[1]")
    assert [(mail.number, mail.sender) for mail in list_mails(tmp_path)] == [(2, ""), (1, "")]


def test_a_folder_that_is_not_there_is_an_empty_inbox(tmp_path: Path) -> None:
    assert list_mails(tmp_path / "none") == []
