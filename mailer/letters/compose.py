"""Writing a letter: its template triple becomes subject, text and HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mailer.languages import Language
from mailer.rendering import render_html, render_text
from mailer.typesetting.inline import inline
from mailer.typesetting.lines import set_lines
from mailer.typesetting.theme import Theme
from mailer.typesetting.themes import shipped


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it will be sent."""

    subject: str
    text: str
    html: str


def compose_letter(
    name: str, language: Language, context: Mapping[str, Any], theme: Theme | None = None
) -> Written:
    """The letter `templates/mail/<name>/` with its context, in `language`.

    Each triple says at its top what its context holds.
    """
    given = {**context, "language": language, "theme": theme or shipped(), "preheader": ""}
    subject = " ".join(render_text(f"mail/{name}/subject.txt", given).split())
    return Written(
        subject=subject,
        text=set_lines(render_text(f"mail/{name}/body.txt", given), language),
        html=inline(render_html(f"mail/{name}/body.html", {**given, "subject": subject})),
    )
