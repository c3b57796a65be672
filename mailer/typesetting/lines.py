"""The lines of a text part (pure)."""

import re
import textwrap
from collections.abc import Container

from mailer.languages import Language

from .typography import mark_line

#: Columns of a left-to-right line (RFC 3676 §4.2 asks for at most 78). Arabic is not broken: the
#: reader's own window breaks a right-to-left line better than columns of Latin width.
COLUMNS = 72

# A numbered headline hangs on its number.
_NUMBER = re.compile(r"[0-9]+\. ")
_ADDRESS = re.compile(r"https?://\S+")


def set_lines(text: str, language: Language, holes: Container[str] = ()) -> str:
    """`text` broken into lines, those of an Arabic text marked.

    An address, and a hole for one, is left as it is, alone on its line.
    """
    made: list[str] = []
    for line in map(str.rstrip, text.strip().splitlines()):
        whole = not line or line in holes or _ADDRESS.fullmatch(line)
        made += [line] if whole else _set_line(line, language)
    return "\n".join(made) + "\n"


def _set_line(line: str, language: Language) -> list[str]:
    if language.dir == "rtl":
        return [mark_line(line, language)]
    number = _NUMBER.match(line)
    return textwrap.wrap(
        line,
        COLUMNS,
        subsequent_indent=" " * len(number.group()) if number else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
