"""The press: a page on paper, in three languages, and what it does with a page that is none."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from lxml import html as markup
from pypdf import PdfReader

from mailer.editions import press
from mailer.editions.draft import Figure
from mailer.editions.layout import lay_out
from mailer.editions.page import Page
from mailer.editions.paper import on_paper
from mailer.editions.press import Shown, print_pdf
from mailer.editions.stored import for_everybody, from_json
from mailer.errors import Misconfigured, Refused
from mailer.typesetting.themes import shipped
from tests.pictures.drawing import photograph, saved
from tests.press import needs_press

from .sample import URLS, draft, hole
from .test_compose import composed, hostile
from .words import TableWords

pytestmark = [pytest.mark.once, needs_press]  # what is printed does not depend on the database
DAY = date(2025, 5, 21)
ADDRESS = "https://press.example/pictures/0123456789abcdef0123456789abcdef.jpg"


def _page(code: str, count: int = 12) -> Page:
    laid_out = lay_out(draft(code, count), URLS, TableWords(code), hole)
    return from_json(for_everybody(laid_out))


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    return {
        code: print_pdf(on_paper(_page(code), DAY, shipped()), {}) for code in ("fr", "ar", "en")
    }


def _read(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def _words(text: str) -> str:
    """Letters and digits alone: a PDF keeps no spaces, and its lines end anywhere."""
    return re.sub(r"[\W_]+", "", text)


@pytest.mark.parametrize("code", ["fr", "ar", "en"])
def test_it_is_a4_tagged_and_in_its_language(printed: dict[str, bytes], code: str) -> None:
    read = _read(printed[code])
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == code
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert read.metadata is not None
    assert read.metadata.title == _page(code).subject
    for page in read.pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


@pytest.mark.parametrize("code", ["fr", "ar", "en"])
def test_every_font_it_shows_is_in_it(printed: dict[str, bytes], code: str) -> None:
    fonts = [
        descendant.get_object()
        for page in _read(printed[code]).pages
        for font in page["/Resources"]["/Font"].values()
        for descendant in font.get_object()["/DescendantFonts"]
    ]
    names = {str(font["/BaseFont"]) for font in fonts}
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)
    assert any("Naskh" in name for name in names) or code != "ar"


@pytest.mark.parametrize("code", ["fr", "en"])
def test_the_contents_name_the_page_each_entry_is_on(printed: dict[str, bytes], code: str) -> None:
    pages = [page.extract_text() for page in _read(printed[code]).pages]
    (contents,) = [text for text in pages if _page(code).contents in text]
    told = dict(re.findall(r"(?m)^(\d+)\. [^.…]*?[.…]*\s*(\d+)$", contents.replace("\n ", " ")))
    assert told
    for number, place in told.items():
        assert re.search(rf"(?m)^{number}\. ", pages[int(place) - 1]), (number, place)


def test_every_headline_lead_and_notice_is_there_and_nobodys_link() -> None:
    page = _page("fr")
    html = on_paper(page, DAY, shipped())
    text = _words("".join(one.extract_text() for one in _read(print_pdf(html, {})).pages))
    for section in page.sections:
        for entry in section.entries:
            if entry.language.code == "fr":
                assert _words(entry.headline) in text
                assert _words(entry.lead) in text
    assert _words(page.footer.notices[0]) in text
    assert _words(page.footer.postal_address) in text
    assert "hole5f3a9c" not in html


def test_nothing_is_on_paper_that_is_not_in_the_mail() -> None:
    paper, mail = _shown(on_paper(_page("fr", 40), DAY, shipped())), composed(draft("fr", 40))
    in_mail = _words(" ".join((*_shown(mail.html), mail.subject, mail.preheader, mail.text)))
    assert [words for words in paper if _words(words) not in in_mail] == []


def _shown(html: str) -> list[str]:
    """The texts of a page, one for each piece between two tags."""
    shown = markup.document_fromstring(html).xpath("//body//text()[not(parent::style)]")
    return [words for words in map(str, shown) if words.strip()]


def test_the_same_page_is_the_same_bytes(printed: dict[str, bytes]) -> None:
    assert print_pdf(on_paper(_page("ar"), DAY, shipped()), {}) == printed["ar"]


def test_a_picture_of_ours_is_shown_with_its_words() -> None:
    page = replace(_page("fr", 1), logo=Figure(ADDRESS, "Le Conseil d’essai", 96, 64))
    content = print_pdf(
        on_paper(page, DAY, shipped()), {ADDRESS: Shown("image/jpeg", saved(photograph(), "JPEG"))}
    )
    read = _read(content)
    assert len(read.pages[0].images) == 1
    assert "Le Conseil d’essai" in _alts(read)


def _alts(read: PdfReader) -> set[str]:
    found: set[str] = set()
    for number in range(1, int(read.trailer["/Size"])):
        one = read.get_object(number)
        if isinstance(one, dict) and "/Alt" in one:
            found.add(str(one["/Alt"]))
    return found


@pytest.mark.parametrize(
    "address",
    [
        "https://press.example/pixel.gif",
        "http://127.0.0.1:1/x.png",
        "file:///etc/passwd",
        "data:image/png;base64,iVBORw0KGgo=",
    ],
)
def test_the_press_asks_nobody_for_anything(address: str) -> None:
    with pytest.raises(Refused, match="could not be printed"):
        print_pdf(f'<html lang="fr"><title>x</title><p><img alt="" src="{address}">', {})


@pytest.mark.parametrize("code", ["fr", "ar", "en"])
def test_hostile_words_stay_words_on_paper(code: str) -> None:
    laid_out = lay_out(hostile(code), URLS, TableWords(code), hole)
    page = from_json(for_everybody(laid_out))
    assert len(_read(print_pdf(on_paper(page, DAY, shipped()), {})).pages) >= 1


def test_a_press_that_does_not_end_is_stopped() -> None:
    with pytest.raises(Refused, match="seconds"):
        print_pdf(on_paper(_page("fr"), DAY, shipped()), {}, seconds=0.01)


def test_letters_that_no_font_has_are_named() -> None:
    refusal = press._refusal("a line of a library\nFONTS ابت\n")
    assert isinstance(refusal, Misconfigured)
    assert "ابت" in str(refusal)
    assert "fonts-noto-core" in str(refusal)


def test_a_machine_without_pango_is_told_what_to_install() -> None:
    refusal = press._refusal("LIBRARIES cannot load library 'libpango-1.0.so.0'")
    assert isinstance(refusal, Misconfigured)
    assert "libpango" in str(refusal)


def test_without_the_extra_it_says_which_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "installed", lambda: False)
    with pytest.raises(Misconfigured, match="mailer\\[pdf\\]"):
        print_pdf("", {})
