"""The mail that leaves: every rule of HTML mail that can be read off its markup."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import html as markup

from mailer.editions.compose import Composed, mark_as_test
from mailer.languages import LANGUAGES
from mailer.letters.compose import compose_letter
from mailer.mime.bodies import base64_lines
from mailer.typesetting.theme import contrast
from mailer.typesetting.themes import names

from .mails import CODES, CONTEXT, composed, each_mail, hostile
from .sample import draft, hole


def tree(mail: Composed) -> markup.HtmlElement:
    return markup.document_fromstring(mail.html)


def style_of(element: markup.HtmlElement) -> dict[str, str]:
    # The inliner writes #fff for #ffffff.
    written = re.sub(r"#(.)(.)(.)(?=;|$)", r"#\1\1\2\2\3\3", element.get("style", ""))
    pairs = (pair.partition(":") for pair in written.split(";") if pair)
    style = {name.strip(): value.strip() for name, _, value in pairs}
    if "font" in style:
        weight, size, family = style["font"].split(" ", 2)
        size, _, height = size.partition("/")
        style |= {"font-weight": weight, "font-size": size, "line-height": height}
        style["font-family"] = family
    return style


def inherited(element: markup.HtmlElement, name: str) -> str:
    found = (style_of(one).get(name) for one in (element, *element.iterancestors()))
    return next((value for value in found if value), "")


def texts(page: markup.HtmlElement) -> list[markup.HtmlElement]:
    """The elements of the body that hold words of their own and are shown."""
    shown = (one for one in page.body.iter() if isinstance(one.tag, str))
    return [
        one
        for one in shown
        if (one.text or "").strip() or any((child.tail or "").strip() for child in one)
        if "display" not in style_of(one) or style_of(one)["display"] != "none"
    ]


@each_mail
def test_language_and_direction_stand_wherever_a_client_may_look(code: str, mail: Composed) -> None:
    language, page = LANGUAGES[code], tree(mail)
    wrapper = page.xpath("//div[@role='article']")[0]
    for element in (page, page.body, wrapper):
        assert (element.get("lang"), element.get("dir")) == (language.code, language.dir)
    tables = page.xpath("//table")
    assert {table.get("dir") for table in tables} == {language.dir}
    assert {table.get("role") for table in tables} == {"presentation"}
    ghosts = re.findall(r"<!--\[if mso\]>(<table[^>]*>)", mail.html)
    assert len(ghosts) == 1
    assert f'dir="{language.dir}"' in ghosts[0]
    assert 'width="640"' in ghosts[0]


@each_mail
def test_every_cell_says_its_side_twice(code: str, mail: Composed) -> None:
    side = "right" if LANGUAGES[code].dir == "rtl" else "left"
    for cell in tree(mail).xpath("//td"):
        assert cell.get("align") == side
        assert style_of(cell)["text-align"] == side
        assert cell.get("dir") is None


@each_mail
def test_nothing_is_asked_that_mail_clients_cannot_do(code: str, mail: Composed) -> None:
    page = tree(mail)
    styles = [style_of(one) for one in page.iter() if isinstance(one.tag, str)]
    forbidden = {"float", "position", "background-image", "letter-spacing", "text-transform"}
    assert not forbidden & {name for style in styles for name in style}
    values = " ".join(value for style in styles for value in style.values())
    assert not re.search(r"flex|grid|calc\(|var\(|\brem\b|justify|italic|\bstart\b|\bend\b", values)
    margins = " ".join(style.get("margin", "") for style in styles)
    assert "-" not in margins
    padded = [one.tag for one in page.xpath("//*[contains(@style,'padding')]")]
    assert set(padded) == {"td"}
    assert not page.xpath("//script|//bdi|//link|//*[@id]|//a[starts-with(@href,'#')]")
    for picture in page.xpath("//img"):
        assert picture.get("src").startswith("https://")
        assert picture.get("alt")
        assert int(picture.get("width")) <= 560
        assert int(picture.get("height")) > 0


@each_mail
def test_the_style_sheet_only_adapts(code: str, mail: Composed) -> None:
    sheets = tree(mail).xpath("//style/text()")
    css = "".join(sheets)
    assert len(sheets) == 1
    assert len(css.encode()) <= 4096
    assert "url(" not in css
    assert re.sub(r"@media \([^)]*\)\{([^{}]*\{[^{}]*\})*\s*\}", "", css).strip() == ""
    declarations = re.findall(r"[\w-]+:[^;{}]+(?=[;}])", re.sub(r"@media [^{]*\{", "", css))
    assert len(declarations) > 10
    assert [one for one in declarations if not one.endswith("!important")] == []


@each_mail
def test_words_are_large_enough_and_stand_out(code: str, mail: Composed) -> None:
    for element in texts(tree(mail)):
        assert int(inherited(element, "font-size").removesuffix("px")) >= 13
        colour = inherited(element, "color")
        assert contrast(colour, inherited(element, "background-color")) >= 4.5
        assert inherited(element, "font-family")
        assert float(inherited(element, "line-height").removesuffix("px")) >= 1.2


def test_arabic_is_set_larger_with_air_and_in_its_own_fonts() -> None:
    for element in texts(tree(composed(draft("ar", 12)))):
        height = inherited(element, "line-height")
        assert height.endswith("px") or float(height) >= 1.5
        assert inherited(element, "font-family").startswith("Tahoma,Segoe UI,Arial,Geeza Pro")
    cell = tree(composed(draft("ar", 12))).xpath("//td[@class='items']")[0]
    assert int(style_of(cell)["font-size"].removesuffix("px")) >= 16


@pytest.mark.parametrize("theme", names())
@pytest.mark.parametrize("code", CODES)
def test_forty_articles_are_light(code: str, theme: str) -> None:
    mail = composed(draft(code, 40), theme)
    assert mail.html.count("article-39") == 2
    assert len(mail.html.encode()) <= (56_000 if code == "ar" else 48_000)
    assert len(base64_lines(mail.html.encode())) <= 102_400


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("letters", [6, 15, 25])
def test_forty_long_addresses_are_given_once_and_do_not_weigh_the_mail_down(
    code: str, letters: int
) -> None:
    given = draft(code, 40)
    slug = "%D8%A7" * letters
    items = tuple(replace(item, url=f"{item.url}-{slug}.html") for item in given.items)
    mail = composed(replace(given, items=items))
    assert mail.html.count(slug + ".html") == mail.text.count(slug + ".html") == 40
    assert len(mail.html.encode()) <= (56_000 if code == "ar" else 48_000)


@pytest.mark.parametrize("code", CODES)
def test_the_outline_is_one_title_sections_and_items(code: str) -> None:
    page = tree(composed(draft(code)))
    levels = [int(one.tag[1]) for one in page.xpath("//h1|//h2|//h3|//h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert levels.count(3) == 12


@pytest.mark.parametrize("code", CODES)
def test_the_preheader_hides_without_tricks(code: str) -> None:
    mail = composed(draft(code))
    hidden = tree(mail).body[0]
    assert hidden.get("style") == "display:none;max-height:0;overflow:hidden;mso-hide:all"
    assert hidden.text == mail.preheader


@each_mail
def test_the_title_and_the_label_are_the_subject(code: str, mail: Composed) -> None:
    page = tree(mail)
    title = page.xpath("//title/text()")[0]
    assert title == mail.subject.removeprefix("[Test] ")
    assert page.xpath("//div[@role='article']/@aria-label") == [title]


@each_mail
def test_the_text_part_says_what_the_html_says(code: str, mail: Composed) -> None:
    page = tree(mail)
    for hidden in page.xpath("//style|//title|//div[contains(@style,'display:none')]"):
        hidden.drop_tree()
    spoken = re.findall(r"\w+", " ".join(page.body.itertext()))
    written = set(re.findall(r"\w+", mail.text))
    missing = [word for word in spoken if word not in written]
    assert len(missing) <= 0.15 * len(spoken)
    assert set(page.xpath("//a/@href")) == {
        line for line in mail.text.splitlines() if re.match(r"https?://|hole", line)
    }


@pytest.mark.parametrize("code", CODES)
def test_the_holes_are_the_readers_two_links_and_nothing_else(code: str) -> None:
    mail = composed(draft(code))
    holes = [hole("preferences_url"), hole("unsubscribe_url")]
    for part in (mail.html, mail.text):
        assert sorted(re.findall(r"hole\w+", part)) == holes
    assert "hole" not in mail.subject + mail.preheader


def test_the_same_draft_gives_the_same_bytes() -> None:
    assert composed(draft("ar")) == composed(draft("ar"))


@pytest.mark.parametrize("code", CODES)
def test_hostile_words_are_words(code: str) -> None:
    mail = composed(hostile(code))
    page = tree(mail)
    assert page.xpath("//script") == []
    assert len(page.xpath("//style")) == 1
    assert "49" not in page.xpath("//h1")[0].text_content()
    assert "{{ 7*7 }} {% raw %}" in page.xpath("//h1")[0].text_content().replace("\u202f", "")
    assert "{{ 7*7 }}" in mail.text
    assert "<script>alert(1)</script>" in mail.text
    for part in (mail.html, mail.text, mail.subject):
        assert not re.search("[\x00\u202a-\u202e]", part)
    assert len(mail.subject) <= 120
    assert {cell.get("dir") for cell in page.xpath("//table")} == {LANGUAGES[code].dir}
    assert re.fullmatch(r"[!-~]+", page.xpath("//h3/a/@href")[0])


@pytest.mark.parametrize("code", CODES)
def test_an_issue_of_one_article_stands(code: str) -> None:
    page = tree(composed(draft(code, 1)))
    assert len(page.xpath("//h3")) == 1
    assert len(page.xpath("//h2")) == 1


def test_a_headline_in_another_language_carries_its_own_direction() -> None:
    page = tree(composed(draft("fr", 12)))
    foreign = page.xpath("//h3/a[@lang='ar']")[0]
    assert foreign.get("dir") == "rtl"
    assert foreign.getparent().get("dir") is None
    assert page.xpath("//td[@class='contents']//span[@lang='ar' and @dir='rtl']")


def test_words_after_a_tag_are_not_glued_to_their_mark() -> None:
    assert re.search(r"</b> \u200f· ", composed(draft("ar")).html)
    assert not re.search(r">\u200f", composed(draft("ar")).html)


def test_a_test_copy_says_so_everywhere_and_changes_nothing_else() -> None:
    mail = composed(draft("fr"))
    copy = mark_as_test(mail, LANGUAGES["fr"])
    assert copy.subject == f"[Test] {mail.subject}"
    assert copy.text.endswith(mail.text)
    assert copy.text.startswith("*** ")
    head, _, rest = mail.html.partition("<main>")
    assert copy.html.startswith(head)
    assert copy.html.endswith(rest)


def test_a_confirmation_names_the_list_and_both_ways() -> None:
    mail = compose_letter("confirmation", LANGUAGES["fr"], CONTEXT)
    assert "Revue de presse" in mail.subject
    assert {CONTEXT["confirm_url"], CONTEXT["cancel_url"]} <= set(mail.text.splitlines())
    assert "72" in mail.text


def test_an_alert_tells_its_sentences_as_words() -> None:
    mail = compose_letter("alert", LANGUAGES["en"], CONTEXT)
    assert "<Atlas & fils> did not answer." in mail.text
    assert "&lt;Atlas &amp; fils&gt; did not answer." in mail.html


def test_a_name_with_a_line_break_stays_one_subject() -> None:
    context = {**CONTEXT, "publication_name": "Revue\r\nBcc: x"}
    assert "\n" not in compose_letter("welcome", LANGUAGES["en"], context).subject
