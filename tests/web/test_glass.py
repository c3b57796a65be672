"""A mail as different readers see it."""

import re

import pytest

from mailer.web.glass import VIEWS, direction, policy, through, view_of
from tests.editions.mails import composed
from tests.editions.sample import draft

ARABIC = composed(draft("ar", 3)).html
FRENCH = composed(draft("fr", 3)).html
DARK = "@media (prefers-color-scheme:dark){"


def test_the_dark_is_shown_and_hidden_whatever_the_machine_says() -> None:
    assert DARK in FRENCH
    for view, rule in (("dark", "@media all{"), ("light", "@media not all{")):
        seen = through(FRENCH, view_of(view), "ltr")
        assert "prefers-color-scheme" not in seen
        assert rule in seen
        assert "@media (max-width:600px){" in seen


@pytest.mark.parametrize(
    "rule",
    [
        "@media (prefers-color-scheme: dark) {",
        "@media screen and ( Prefers-Color-Scheme : Dark ){",
        "@media only screen and (min-width:1px) and (prefers-color-scheme:dark) {",
    ],
)
def test_however_the_rule_is_written(rule: str) -> None:
    css = f"<head></head><style>p{{}}{rule}p{{color:red}}}}</style>"
    assert "@media all{p{color:red}}" in through(css, "dark", "ltr").replace("all {", "all{")
    assert through(css, "light", "ltr").count("not all") == 1


def test_a_webmail_of_the_other_direction_drops_all_but_what_stands_within() -> None:
    seen = through(ARABIC, "webmail", direction(ARABIC))
    assert seen.startswith('<!DOCTYPE html>\n<html dir="ltr">')
    assert len(re.findall("<html|<body|<style", seen)) == 3
    assert "<title>" not in seen
    inner = re.sub(r"(?s)^.*?<body[^>]*>|</body>.*$", "", ARABIC)
    assert inner.strip() in seen


def test_a_mail_that_is_no_document_is_shown_all_the_same() -> None:
    for view in VIEWS:
        assert "<p>Bonjour" in through("<p>Bonjour", view, "ltr")
    assert direction("<p>Bonjour") == "ltr"
    assert direction("<HTML lang=ar DIR='rtl'>") == "rtl"
    assert view_of("sideways") == "light"


def test_nothing_runs_in_any_view_and_without_images_none_is_fetched() -> None:
    for view in VIEWS:
        assert "default-src 'none'" in policy(view)
        assert "script" not in policy(view)
        assert ("img-src 'none'" in policy(view)) is (view == "bare")
