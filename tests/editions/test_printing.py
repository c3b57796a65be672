"""Editions that go out as PDF: printed behind the compiling, and signed with it."""

from email import message_from_bytes, policy
from typing import Any

import pytest

from mailer.curation import arrange
from mailer.curation.compose import draft_issue
from mailer.curation.models import Issue, Mode, PdfUse, Pictures, Publication
from mailer.editions import printed, printing
from mailer.editions.compile import compile_issue
from mailer.editions.figures import ITEM, LOGO
from mailer.editions.freeze import issue_checksum, preflight, sign
from mailer.editions.models import Edition, Pdf
from mailer.editions.printing import print_edition, print_issue, unprinted
from mailer.errors import Misconfigured, Refused
from mailer.mailings.clock import keep_calendar
from mailer.mailings.copies import copy_of
from mailer.pictures.store import keep
from tests.people import WEDNESDAY, article, reader, review, source
from tests.pictures.drawing import flag, photograph, saved
from tests.press import needs_press

pytestmark = [pytest.mark.django_db, needs_press]
VALUES = {
    "address": "youssef@example.org",
    "unsubscribe_url": "https://press.example/u/1",
    "unsubscribe_token": "t" * 52,
    "preferences_url": "https://press.example/p/1",
    "message_id": "<1@press.example>",
    "date": "Wed, 21 May 2025 06:30:00 +0000",
}


def _issue(pdf: str = PdfUse.ATTACHED) -> Issue:
    Publication.objects.update(pdf=pdf, sender="revue@press.example", postal_address="Rabat")
    article(source("lematin"), "Le premier titre du matin", lead="Un chapô.")
    article(source("hespress", language="ar"), "عنوان الصباح")
    issue = draft_issue(review(), now=WEDNESDAY)
    compile_issue(issue.pk, WEDNESDAY)
    return issue


def test_an_edition_is_not_signed_before_its_pdf_is_there() -> None:
    issue = _issue()
    assert len(unprinted()) == 2
    with pytest.raises(Refused, match="is being printed"):
        sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    seen = issue_checksum(issue.pk)
    print_issue(issue.pk, WEDNESDAY)
    assert unprinted() == []
    assert issue_checksum(issue.pk) != seen
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)


def test_the_mail_carries_the_very_pdf_that_was_signed() -> None:
    issue = _issue()
    print_issue(issue.pk, WEDNESDAY)
    for edition in issue.editions.all():
        mail = message_from_bytes(copy_of(edition).compiled.join(VALUES), policy=policy.default)
        (attached,) = [part for part in mail.walk() if part.get_content_disposition()]
        assert attached.get_content_type() == "application/pdf"
        assert attached.get_filename() == f"revue-de-presse-1-{edition.language}.pdf"
        assert attached.get_payload(decode=True) == bytes(edition.printed.content)


def test_a_pdf_that_was_changed_behind_the_signature_stops_the_mail() -> None:
    issue = _issue()
    print_issue(issue.pk, WEDNESDAY)
    Pdf.objects.update(content=b"%PDF-of something else")
    with pytest.raises(Refused, match="no longer what was approved"):
        copy_of(issue.editions.all()[0])


def test_a_linked_one_is_named_at_the_head_and_travels_with_nobody() -> None:
    issue = _issue(PdfUse.LINKED)
    print_issue(issue.pk, WEDNESDAY)
    edition = issue.editions.get(language="fr")
    assert f"/archive/revue-de-presse/{issue.number}/fr.pdf" in edition.html
    assert f"/archive/revue-de-presse/{issue.number}/fr.pdf" in edition.text
    assert b"application/pdf" not in copy_of(edition).compiled.join(VALUES)


def test_a_change_is_printed_anew_and_what_did_not_change_is_not() -> None:
    issue = _issue()
    print_issue(issue.pk, WEDNESDAY)
    kept = Pdf.objects.get(edition__language="ar").pk
    item = issue.items.get(language="fr")
    arrange.edit_item(item.pk, headline="Notre titre", now=WEDNESDAY)
    compile_issue(issue.pk, WEDNESDAY)
    assert unprinted() == [issue.editions.get(language="fr").pk]
    assert Pdf.objects.get(edition__language="ar").pk == kept
    before = {one.checksum for one in issue.editions.all()}
    compile_issue(issue.pk, WEDNESDAY)
    assert {one.checksum for one in issue.editions.all()} == before


def test_what_changed_while_it_was_printed_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    issue = _issue()
    edition = issue.editions.get(language="fr")
    printed_pdf = printing.pdf_of

    def slowly(one: Edition) -> bytes:
        content = printed_pdf(one)
        arrange.edit_item(issue.items.get(language="fr").pk, note="À lire.", now=WEDNESDAY)
        compile_issue(issue.pk, WEDNESDAY)
        return content

    monkeypatch.setattr(printing, "pdf_of", slowly)
    print_edition(edition.pk, WEDNESDAY)
    assert not Pdf.objects.filter(edition=edition).exists()
    assert edition.pk in unprinted()


def test_a_press_that_fails_says_why_and_is_tried_at_the_next_compiling(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_: Edition) -> bytes:
        raise Misconfigured("There is no press on this machine.")

    issue = _issue(PdfUse.LINKED)
    monkeypatch.setattr(printing, "pdf_of", broken)
    print_issue(issue.pk, WEDNESDAY)
    assert unprinted() == []
    told = [str(one.sentence) for one in preflight(issue, WEDNESDAY) if one.forbids]
    assert "There is no press on this machine." in told
    with pytest.raises(Refused, match="no press"):
        sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    compile_issue(issue.pk, WEDNESDAY)
    assert len(unprinted()) == 2


def test_one_without_a_pdf_is_never_printed() -> None:
    issue = _issue(PdfUse.NONE)
    print_issue(issue.pk, WEDNESDAY)
    assert not Pdf.objects.exists()
    assert not [one for one in preflight(issue, WEDNESDAY) if "PDF" in str(one.sentence)]


def test_a_heavy_attachment_is_spoken_of() -> None:
    issue = _issue()
    print_issue(issue.pk, WEDNESDAY)
    Pdf.objects.update(size=3_400_000)
    told = [one for one in preflight(issue, WEDNESDAY) if "carries 3 MB" in str(one.sentence)]
    assert [one.forbids for one in told] == [False, False]
    Pdf.objects.update(size=18_000_000)
    told = [one for one in preflight(issue, WEDNESDAY) if "carries 18 MB" in str(one.sentence)]
    assert [one.forbids for one in told] == [True, True]


def test_so_are_pictures_that_travel_within(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed, "_HEAVY", 1_000)
    issue = _issue(PdfUse.NONE)
    shown, _ = keep(saved(photograph(900, 600), "JPEG"), ITEM, WEDNESDAY)
    issue.items.update(picture=shown, picture_alt="La façade")
    for pictures, count in ((Pictures.HTTPS, 0), (Pictures.CID, 2)):
        Publication.objects.update(pictures=pictures)
        compile_issue(issue.pk, WEDNESDAY)
        findings = preflight(issue, WEDNESDAY)
        told = [one for one in findings if "of pictures and" in str(one.sentence)]
        assert [one.forbids for one in told] == [False] * count


def test_its_pictures_are_printed_with_it() -> None:
    issue = _issue()
    logo, _ = keep(saved(flag(), "PNG"), LOGO, WEDNESDAY)
    shown, _ = keep(saved(photograph(), "JPEG"), ITEM, WEDNESDAY)
    Publication.objects.update(logo=logo, logo_alts={"fr": "Le Conseil", "ar": "المجلس"})
    issue.items.update(picture=shown, picture_alt="La façade")
    compile_issue(issue.pk, WEDNESDAY)
    print_issue(issue.pk, WEDNESDAY)
    assert all(one.failure is None for one in Pdf.objects.all())


def test_the_clock_prints_what_it_signs(settings: Any) -> None:
    settings.SMTP_URL = ""
    reader("youssef@example.org")
    issue = _issue()
    Publication.objects.update(mode=Mode.AUTOMATIC)
    Issue.objects.update(send_at=WEDNESDAY)
    (_mailing,) = keep_calendar(WEDNESDAY)
    assert Pdf.objects.filter(edition__issue=issue, failure__isnull=True).count() == 2
