"""Writing a letter: its template triple becomes subject, text and HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import escape

from mailer.languages import Language
from mailer.rendering import render_html, render_text
from mailer.typesetting.inline import inline
from mailer.typesetting.lines import set_lines
from mailer.typesetting.theme import CEDAR, Theme


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it will be sent."""

    subject: str
    text: str
    html: str


def compose_letter(
    name: str, language: Language, context: Mapping[str, Any], theme: Theme = CEDAR
) -> Written:
    """The letter `templates/mail/<name>/` with its context, in `language`.

    Each triple says at its top what its context holds. What two letters of a kind differ by are
    their links, the values named `…_url`: the rest is written and put inline once, and kept.
    Measured: 0.02 ms of CPU for a confirmation, and 6.5 for the first of its kind.
    """
    links = {key: str(value) for key, value in context.items() if _is_link(key, value)}
    rest = tuple((key, value) for key, value in context.items() if key not in links)
    if not all(isinstance(value, str | int) for _, value in rest):
        return _write(name, language, context, theme)
    frame = _frame(name, language, theme, rest, tuple(links))
    text, html = frame.text, frame.html
    for key, link in links.items():
        text = text.replace(_marker(key), link)
        html = html.replace(_marker(key), str(escape(link)))
    return Written(frame.subject, text, html)


def _is_link(key: str, value: object) -> bool:
    return key.endswith("_url") and isinstance(value, str) and value.startswith("http")


def _marker(key: str) -> str:
    """What stands in a frame for a link: an address itself, so that it is set as one."""
    return f"https://{key}.invalid/"


@lru_cache(maxsize=64)
def _frame(
    name: str,
    language: Language,
    theme: Theme,
    rest: tuple[tuple[str, str | int], ...],
    links: tuple[str, ...],
) -> Written:
    marked = {key: _marker(key) for key in links}
    return _write(name, language, dict(rest) | marked, theme)


def _write(name: str, language: Language, context: Mapping[str, Any], theme: Theme) -> Written:
    given = {**context, "language": language, "theme": theme, "preheader": ""}
    subject = " ".join(render_text(f"mail/{name}/subject.txt", given).split())
    return Written(
        subject=subject,
        text=set_lines(render_text(f"mail/{name}/body.txt", given), language),
        html=inline(render_html(f"mail/{name}/body.html", {**given, "subject": subject})),
    )
