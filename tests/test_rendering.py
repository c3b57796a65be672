"""Two environments: one escapes, one does not, and neither guesses."""

import jinja2
import pytest
from django.utils import translation

from mailer.errors import N_, FetchError
from mailer.languages import LANGUAGES
from mailer.rendering import environment, render_html, render_text, sentence

CONTEXT = {"language": LANGUAGES["en"], "publication_name": "Sœurs & <frères>", "subject": "s"}


def test_a_text_is_never_escaped() -> None:
    assert render_text("mail/welcome/subject.txt", CONTEXT) == "Welcome to Sœurs & <frères>"


def test_a_value_that_is_missing_is_an_error_and_no_empty_place() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render_text("mail/welcome/body.txt", CONTEXT)


def test_each_environment_takes_its_own_files() -> None:
    with pytest.raises(ValueError, match="html"):
        render_html("mail/welcome/subject.txt", CONTEXT)
    with pytest.raises(ValueError, match="txt"):
        render_text("mail/welcome/body.html", CONTEXT)


def test_the_reader_s_language_rules_whatever_is_active() -> None:
    with translation.override("ar"):
        assert render_text("mail/welcome/subject.txt", CONTEXT).startswith("Welcome")
        assert translation.get_language() == "ar"


def test_a_stored_sentence_is_told_with_its_values() -> None:
    told = FetchError(N_("%(name)s did not answer."), name="Atlas")
    with translation.override("en"):
        assert sentence(told) == sentence(told.stored()) == "Atlas did not answer."
        assert sentence({"id": "100 % sure", "values": {}}) == "100 % sure"


def test_pages_escape_and_translate_and_find_their_addresses() -> None:
    page = environment(autoescape=True, loader=None).from_string(
        "{{ _('%(name)s', name=name) }}|{{ url('admin:index') }}"
    )
    assert page.render(name="<b>") == "&lt;b&gt;|/admin/"
