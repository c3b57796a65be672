"""The fixed words of an edition, each through the translator it is given (pure)."""

from typing import Protocol

from mailer.errors import N_
from mailer.languages import Language
from mailer.typesetting.typography import number, set_text


class Words(Protocol):
    """A translator into the edition's language, such as `django.utils.translation`."""

    def gettext(self, message: str) -> str: ...
    def ngettext(self, singular: str, plural: str, number: int) -> str: ...


class SetWords:
    """A translator whose words are typeset: no translator has to type a no-break space."""

    def __init__(self, words: Words, code: str) -> None:
        self._words, self._code = words, code

    def gettext(self, message: str) -> str:
        """The translation of `message`, set in its language."""
        return set_text(self._words.gettext(message), self._code)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The form for `number`, set in its language."""
        return set_text(self._words.ngettext(singular, plural, number), self._code)


_IN_LANGUAGE = {"fr": N_("(in French)"), "ar": N_("(in Arabic)"), "en": N_("(in English)")}
# Agencies whose name is written otherwise in another script; the others keep their own.
_AGENCIES = {"MAP": N_("MAP"), "AFP": N_("AFP"), "EFE": N_("EFE"), "Reuters": N_("Reuters")}


def articles(count: int, language: Language, words: Words) -> str:
    """`12 articles`, `12 مقالا`."""
    shown = {"count": number(count, language)}
    return words.ngettext("%(count)s article", "%(count)s articles", count) % shown


def in_language(code: str, words: Words) -> str:
    """`(in Arabic)`, or nothing for a language we have no word for."""
    return words.gettext(_IN_LANGUAGE[code]) if code in _IN_LANGUAGE else ""


def dispatch(agency: str, count: int, language: Language, words: Words) -> str:
    """`MAP dispatch carried by 4 outlets`."""
    name = words.gettext(_AGENCIES[agency]) if agency in _AGENCIES else agency
    shown = {"agency": name, "count": number(count, language)}
    return (
        words.ngettext(
            "%(agency)s dispatch carried by %(count)s outlet",
            "%(agency)s dispatch carried by %(count)s outlets",
            count,
        )
        % shown
    )
