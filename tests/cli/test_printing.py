"""What `mailer doctor` and `mailer render` say and do about the PDF edition."""

from argparse import Namespace
from pathlib import Path

import pytest

from mailer.cli import printing, render
from mailer.curation.models import PdfUse, Publication
from mailer.editions import press
from tests.press import needs_press
from tests.web.staff import drafted

pytestmark = pytest.mark.django_db


@needs_press
def test_doctor_tries_two_words() -> None:
    (found,) = printing.press()
    assert (found.state, found.says) == ("ok", "can be printed")


def test_where_nothing_prints_it_matters_only_to_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (press, printing):
        monkeypatch.setattr(module, "installed", lambda: False)
    (found,) = printing.press()
    assert found.state == "ok"
    Publication.objects.update(pdf=PdfUse.LINKED)
    (found,) = printing.press()
    assert found.state == "missing"
    assert "revue-de-presse" in found.says
    assert "mailer[pdf]" in found.next


@needs_press
def test_render_writes_a_pdf_of_every_edition_whatever_goes_out(tmp_path: Path) -> None:
    issue = drafted()
    told = render.run(Namespace(issue=issue.pk, out=tmp_path, json=True))
    assert isinstance(told["files"], list)
    for language in ("fr", "ar"):
        assert (tmp_path / f"{language}.pdf").read_bytes().startswith(b"%PDF-")
        assert str(tmp_path / f"{language}.pdf") in told["files"]


def test_render_does_without_where_nothing_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "installed", lambda: False)
    render.run(Namespace(issue=drafted().pk, out=tmp_path, json=True))
    assert (tmp_path / "fr.eml").exists()
    assert not (tmp_path / "fr.pdf").exists()
