"""The languages the mailer publishes in (pure).

`dir` and `lang` of every page and mail come from here, never from a template.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Language:
    """A language of publication.

    `code` is the BCP 47 tag, `dir` the writing direction of HTML, `name` what its readers call
    it, `locale` the CLDR locale of dates and numbers.
    """

    code: str
    dir: Literal["ltr", "rtl"]
    name: str
    locale: str


LANGUAGES: dict[str, Language] = {
    "fr": Language("fr", "ltr", "Français", "fr"),
    # ar_MA: Moroccan month names (ماي, غشت) and Western digits.
    "ar": Language("ar", "rtl", "العربية", "ar_MA"),
    "en": Language("en", "ltr", "English", "en_GB"),
}

DEFAULT_LANGUAGE = "fr"


def known(code: str | None) -> Language | None:
    """The language of a tag such as `fr`, `fr-FR` or `ar_MA`; None when it is not one of ours."""
    return LANGUAGES.get((code or "").replace("_", "-").split("-")[0].lower())
