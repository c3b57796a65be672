"""Salma brings pictures to the desk; Karim chooses the logo, and how the PDF goes out."""

from email import message_from_bytes, policy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mailer.articles.models import Illustration, Rights, Source
from mailer.curation.models import Item, PdfUse, Pictures, Publication
from mailer.editions import press
from mailer.editions.figures import ARTICLE
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.models import Pdf
from mailer.editions.printing import print_issue
from mailer.letters.message import message
from mailer.letters.models import Letter
from mailer.pictures.models import Picture
from mailer.pictures.prepare import MOST_BYTES
from mailer.pictures.store import keep
from mailer.web.desk import publication_form
from mailer.web.roles import EDITOR
from tests.people import WEDNESDAY
from tests.pictures.drawing import flag, opened, photograph, saved
from tests.press import needs_press
from tests.web.staff import at_work, do, drafted, said, visitor

pytestmark = pytest.mark.django_db
LOGO = "publications/revue-de-presse/logo/"
NAMES = {"alt-fr": "Le Conseil", "alt-ar": "المجلس", "alt-en": "The Council"}


def _file(content: bytes, name: str = "musee.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def _own() -> Item:
    """An entry of the institution's own site, which may carry a picture."""
    item = drafted().items.filter(language="fr")[0]
    Source.objects.update(rights=Rights.OWN)
    return item


def test_a_picture_stands_in_the_mail_with_its_words(salma: Client) -> None:
    item = _own()
    raw = saved(photograph(2400, 1600), "JPEG")
    page = do(salma, f"items/{item.pk}/picture/", file=_file(raw), alt="La façade du musée")
    picture = Picture.objects.get()
    assert picture.width == 1120
    assert f"/pictures/{picture.file}" in page
    frame = said(salma.get(f"/desk/issues/{item.issue_id}/preview/fr/"))
    assert f"/pictures/{picture.file}" in frame
    assert 'alt="La façade du musée"' in frame
    assert opened(visitor().get(f"/pictures/{picture.file}").content).width == 1120


def test_its_words_can_be_changed_and_it_can_be_taken_away(salma: Client) -> None:
    item = _own()
    address = f"items/{item.pk}/picture/"
    do(salma, address, file=_file(saved(photograph(), "PNG")), alt="La façade")
    do(salma, address, alt="La façade, un matin")
    item.refresh_from_db()
    assert item.picture is not None
    assert item.picture_alt == "La façade, un matin"
    do(salma, address, remove="1")
    item.refresh_from_db()
    assert (item.picture, item.picture_alt) == (None, "")


def test_one_that_moved_is_said_to_stand_still(salma: Client) -> None:
    item = _own()
    raw = saved(flag(), "GIF", save_all=True, append_images=[photograph()], duration=90)
    page = do(salma, f"items/{item.pk}/picture/", file=_file(raw), alt="Le drapeau")
    assert "stands still" in page


@pytest.mark.parametrize(
    ("raw", "alt", "why"),
    [
        (saved(photograph(), "JPEG"), "  ", "Say in words"),
        (b"<svg onload='alert(1)'>", "Un dessin", "no picture that can be read"),
        (b"", "Rien", "Choose a file"),
        (b"\xff\xd8" + bytes(MOST_BYTES), "Un panorama", "there is room for 12"),
    ],
    ids=["wordless", "no picture", "no file", "too heavy"],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(
    salma: Client, raw: bytes, alt: str, why: str
) -> None:
    item = _own()
    assert why in do(salma, f"items/{item.pk}/picture/", file=_file(raw), alt=alt)
    item.refresh_from_db()
    assert item.picture is None


def test_beside_a_quoted_article_no_picture_may_stand(salma: Client) -> None:
    item = drafted().items.filter(language="fr")[0]
    page = do(salma, f"items/{item.pk}/picture/", file=_file(saved(flag(), "PNG")), alt="x")
    assert "its rights allow a quotation" in page
    assert f"items/{item.pk}/picture/" not in page


def test_a_picture_voids_the_signature(salma: Client) -> None:
    item = _own()
    sign(item.issue_id, issue_checksum(item.issue_id), None, WEDNESDAY)
    page = do(salma, f"items/{item.pk}/picture/", file=_file(saved(flag(), "PNG")), alt="x")
    assert "its approval no longer holds" in page


def test_a_picture_is_undone_like_any_other_deed(salma: Client) -> None:
    item = _own()
    do(salma, f"items/{item.pk}/picture/", file=_file(saved(flag(), "PNG")), alt="x")
    page = do(salma, f"issues/{item.issue_id}/undo/")
    assert "changed the picture of" in page
    item.refresh_from_db()
    assert (item.picture, item.picture_alt) == (None, "")


def test_the_file_of_who_may_not_is_not_even_read() -> None:
    item = _own()
    for client in (visitor(), at_work(None)):
        form = {"file": _file(saved(flag(), "PNG")), "alt": "x"}
        answer = client.post(f"/desk/items/{item.pk}/picture/", form)
        assert not answer.wsgi_request.FILES
    assert not Picture.objects.exists()


def test_a_form_from_elsewhere_brings_no_picture() -> None:
    item = _own()
    client = at_work(EDITOR)
    client.handler.enforce_csrf_checks = True
    form = {"file": _file(saved(flag(), "PNG")), "alt": "x"}
    assert client.post(f"/desk/items/{item.pk}/picture/", form).status_code == 403
    assert not Picture.objects.exists()


def test_karim_sets_the_logo_and_every_draft_shows_it(karim: Client) -> None:
    issue = drafted()
    page = do(karim, LOGO, file=_file(saved(flag(900, 300), "PNG")), **NAMES)
    assert "Drafts are compiled anew" in page
    picture = Picture.objects.get()
    assert (picture.width, picture.height) == (560, 187)
    for language, name in (("fr", "Le Conseil"), ("ar", "المجلس")):
        html = issue.editions.get(language=language).html
        assert picture.file in html
        assert f'alt="{name}"' in html
    do(karim, LOGO, remove="1")
    assert picture.file not in issue.editions.get(language="fr").html


def test_a_logo_needs_its_words_in_every_language(karim: Client) -> None:
    drafted()
    page = do(karim, LOGO, file=_file(saved(flag(), "PNG")), **{"alt-fr": "Le Conseil"})
    assert "Say in words" in page
    assert Publication.objects.get().logo is None


def _settings(**changed: str) -> dict[str, object]:
    return {
        "name-fr": "Revue de presse",
        "language": ["fr", "ar"],
        "weekday": ["1"],
        "hour": "08:00",
        "zone": "Africa/Casablanca",
        **changed,
    }


@needs_press
def test_karim_lets_a_pdf_go_out_and_looks_at_it(karim: Client) -> None:
    issue = drafted()
    do(karim, "publications/revue-de-presse/", **_settings(pdf="attached", pictures="cid"))
    publication = Publication.objects.get()
    assert (publication.pdf, publication.pictures) == (PdfUse.ATTACHED, Pictures.CID)
    address = f"/desk/issues/{issue.pk}/preview/fr.pdf"
    assert address in said(karim.get(f"/desk/issues/{issue.pk}/?lang=fr"))
    waiting = karim.get(address)
    assert waiting.status_code == 409
    assert "is being printed" in waiting.content.decode()
    print_issue(issue.pk, WEDNESDAY)
    shown = karim.get(address)
    assert shown.headers["Content-Type"] == "application/pdf"
    assert shown.content.startswith(b"%PDF-")
    assert "revue-de-presse-1-fr.pdf" in shown.headers["Content-Disposition"]


@needs_press
def test_a_test_carries_the_pdf_where_the_mail_does(karim: Client, salma: Client) -> None:
    issue = drafted()
    do(karim, "publications/revue-de-presse/", **_settings(pdf="attached"))
    assert "is being printed" in do(salma, f"issues/{issue.pk}/test/", lang="fr")
    assert not Letter.objects.exists()
    print_issue(issue.pk, WEDNESDAY)
    do(salma, f"issues/{issue.pk}/test/", lang="fr")
    mail = message_from_bytes(message(Letter.objects.get(), WEDNESDAY), policy=policy.default)
    (file,) = mail.iter_attachments()
    assert file.get_filename() == "revue-de-presse-1-fr.pdf"
    assert file.get_content() == bytes(Pdf.objects.get(edition__language="fr").content)
    do(karim, "publications/revue-de-presse/", **_settings(pdf="linked"))
    print_issue(issue.pk, WEDNESDAY)
    do(salma, f"issues/{issue.pk}/test/", lang="fr")
    assert not bytes(Letter.objects.latest("pk").pdf)


def test_a_pdf_that_nothing_can_print_is_not_promised(
    karim: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted()
    monkeypatch.setattr(publication_form, "installed", lambda: False)
    page = do(karim, "publications/revue-de-presse/", **_settings(pdf="linked"))
    assert "mailer[pdf]" in page
    assert Publication.objects.get().pdf == PdfUse.NONE
    assert press.installed()


def test_what_has_no_pdf_says_so(karim: Client) -> None:
    issue = drafted()
    answer = karim.get(f"/desk/issues/{issue.pk}/preview/fr.pdf")
    assert answer.status_code == 404
    assert "no PDF edition" in answer.content.decode()
    assert not Pdf.objects.exists()


def test_karim_lets_the_pictures_of_articles_be_shown_and_salma_leaves_one_out(
    karim: Client, salma: Client
) -> None:
    item = _own()
    assert item.article is not None
    do(karim, "publications/revue-de-presse/", **_settings(article_pictures="1"))
    picture, _ = keep(saved(photograph(), "PNG"), ARTICLE, WEDNESDAY)
    item.article.image_url = "https://courrier.example/lyon.jpg"
    item.article.save()
    Illustration.objects.create(
        article=item.article, url=item.article.image_url, picture=picture, due_at=None
    )
    assert "Leave this picture out" in said(salma.get(f"/desk/issues/{item.issue_id}/?lang=fr"))
    page = do(salma, f"items/{item.pk}/picture/", out="1")
    assert "Show this picture" in page
    frame = f"/desk/issues/{item.issue_id}/preview/fr/"
    assert picture.file not in said(salma.get(frame))
    do(salma, f"items/{item.pk}/picture/", out="0")
    assert picture.file in said(salma.get(frame))
    do(karim, "publications/revue-de-presse/", **_settings())
    assert picture.file not in said(salma.get(frame))
