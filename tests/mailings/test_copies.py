"""An edition with the files that go with it: they are those that were signed, or nothing leaves."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from mailer.curation.compose import draft_issue
from mailer.curation.models import Issue, PdfUse, Pictures, Publication
from mailer.editions.compile import compile_issue
from mailer.editions.figures import ITEM, LOGO, content_id
from mailer.editions.freeze import edition_checksum, issue_checksum
from mailer.editions.models import Edition
from mailer.editions.trial import neutral
from mailer.errors import Refused
from mailer.mailings.copies import copy_of
from mailer.pictures.models import Picture
from mailer.pictures.store import folder, keep
from tests.people import WEDNESDAY, article, review, source
from tests.pictures.drawing import flag, photograph, saved

pytestmark = pytest.mark.django_db
VALUES = {
    "address": "youssef@example.org",
    "unsubscribe_url": "https://press.example/u/1",
    "unsubscribe_token": "t" * 52,
    "preferences_url": "https://press.example/p/1",
    "message_id": "<1@press.example>",
    "date": "Wed, 21 May 2025 06:30:00 +0000",
}


def _issue(**how: str) -> Issue:
    """A number with a logo, and a picture at its only article."""
    logo, _ = keep(saved(flag(), "PNG"), LOGO, WEDNESDAY)
    names = {"fr": "Le Conseil"}
    Publication.objects.update(logo=logo, logo_alts=names, sender="revue@press.example", **how)
    article(source("conseil"), "Le musée ouvre ses portes")
    issue = draft_issue(review(), now=WEDNESDAY)
    shown, _ = keep(saved(photograph(1600, 900), "JPEG"), ITEM, WEDNESDAY)
    issue.items.update(picture=shown, picture_alt="La façade du musée, un matin")
    return issue


def _mail(edition: Edition) -> EmailMessage:
    raw = copy_of(edition).compiled.join(VALUES)
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_pictures_are_asked_of_us_when_the_publication_says_so() -> None:
    (edition,) = compile_issue(_issue().pk, WEDNESDAY)
    for picture in Picture.objects.all():
        assert f'src="{folder()}{picture.file}"' in edition.html
    assert 'alt="La façade du musée, un matin"' in edition.html
    assert 'alt="Le Conseil"' in edition.html
    assert 'width="560"' in edition.html
    assert edition.enclosed == []
    kinds = [part.get_content_type() for part in _mail(edition).walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_pictures_travel_within_when_it_says_so() -> None:
    (edition,) = compile_issue(_issue(pictures=Pictures.CID).pk, WEDNESDAY)
    assert folder() not in edition.html
    related = [
        part for part in _mail(edition).walk() if part.get_content_type() == "multipart/related"
    ]
    (html, *shown) = related[0].iter_parts()
    assert {part["Content-ID"] for part in shown} == {
        f"<{content_id(picture.file)}>" for picture in Picture.objects.all()
    }
    for picture in Picture.objects.all():
        assert f"cid:{content_id(picture.file)}" in html.get_content()
    # On the web and in a test, they are ours to serve again.
    assert "cid:" not in neutral(edition, edition.html)
    assert edition.page["logo"]["src"].startswith(folder())


def test_a_picture_that_was_changed_behind_the_signature_stops_the_mail() -> None:
    (edition,) = compile_issue(_issue(pictures=Pictures.CID).pk, WEDNESDAY)
    Picture.objects.update(content=b"another picture")
    with pytest.raises(Refused, match="no longer what was approved"):
        copy_of(edition)


def test_another_picture_is_another_checksum() -> None:
    issue = _issue(pictures=Pictures.CID)
    compile_issue(issue.pk, WEDNESDAY)
    before = issue_checksum(issue.pk)
    other, _ = keep(saved(photograph(640, 480), "PNG"), ITEM, WEDNESDAY)
    issue.items.update(picture=other)
    compile_issue(issue.pk, WEDNESDAY)
    assert issue_checksum(issue.pk) != before


def test_a_mail_with_an_attachment_that_is_not_printed_yet_does_not_leave() -> None:
    (edition,) = compile_issue(_issue(pdf=PdfUse.ATTACHED).pk, WEDNESDAY)
    with pytest.raises(Refused, match="no longer what was approved"):
        copy_of(edition)


def test_what_was_signed_before_there_were_pictures_is_signed_still() -> None:
    """The checksum of an edition without a PDF is what it ever was: open mailings go on."""
    edition = Edition(language="fr", subject="a", preheader="b", html="c", text="d", headers={})
    assert edition_checksum(edition) == (
        "18fd6a454b77db289991ff585cb612d230e2367079a97d728cbf8e932411f405"
    )
