"""The test-send: an edition to a member of staff, marked, and no delivery."""

from datetime import datetime

from django.contrib.auth.models import User

from mailer.curation.models import Issue, PdfUse
from mailer.editions.compile import online_url
from mailer.editions.compose import Composed, mark_as_test
from mailer.editions.counted import straight
from mailer.editions.figures import disclosed
from mailer.editions.look import theme_for
from mailer.editions.models import Edition
from mailer.editions.printed import NOT_YET, pdf_name, printed
from mailer.errors import N_, NotFound, Refused
from mailer.languages import LANGUAGES
from mailer.letters import outbox
from mailer.letters.models import Letter
from mailer.mime.segments import marker
from mailer.pictures.store import folder


def neutral(edition: Edition, text: str, link: str = "") -> str:
    """`text` of an edition with nobody's links: they lead to `link`, else to the web copy.

    `link` is as it stands in the text: escaped, where that is HTML. Pictures that travel within the
    mail are asked of us instead.
    """
    instead = link or online_url(edition.issue, edition.language)
    for name in ("unsubscribe_url", "preferences_url"):
        text = text.replace(marker(edition.nonce, name), instead)
    return disclosed(text, folder())


def shown_html(edition: Edition, link: str = "") -> str:
    """The HTML of an edition as `neutral`, for a page: its entries lead straight to the articles.

    So nobody who looks at it here is counted.
    """
    return _straight(edition, neutral(edition, edition.html, link), markup=True)


def shown_text(edition: Edition) -> str:
    """Its text part, in the same way."""
    return _straight(edition, neutral(edition, edition.text), markup=False)


def _straight(edition: Edition, text: str, *, markup: bool) -> str:
    if not edition.clicks:
        return text
    return straight(text, edition.clicks, edition.links, markup=markup)


def send_test(issue: Issue, language: str, to: User, now: datetime) -> Letter:
    """Post a marked copy to a member of staff: another Message-ID, links that act for nobody.

    The PDF goes with it where it goes with the mail.
    """
    if not to.email:
        raise Refused(N_("Your account has no e-mail address: an administrator can enter it."))
    edition = issue.editions.filter(language=language).first()
    if edition is None:
        raise NotFound(N_("Issue %(issue)s has no edition in this language."), issue=issue.pk)
    marked = mark_as_test(
        Composed(
            subject=edition.subject,
            preheader=edition.preheader,
            html=neutral(edition, edition.html),
            text=neutral(edition, edition.text),
        ),
        LANGUAGES[language],
        theme_for(issue.publication),
    )
    return outbox.post_ready(
        "test",
        to.email,
        language,
        subject=marked.subject,
        text=marked.text,
        html=marked.html,
        now=now,
        pdf=_pdf(edition),
    )


def _pdf(edition: Edition) -> tuple[str, bytes]:
    """The name and the bytes of the PDF that goes with the mail. Refused until it is printed."""
    if edition.pdf != PdfUse.ATTACHED:
        return "", b""
    found = printed(edition)
    if found is None:
        name = edition.issue.publication.name(edition.language)
        raise Refused(NOT_YET, language=edition.language, publication=name)
    if found.failure:
        raise Refused(found.failure["id"], **found.failure["values"])
    return pdf_name(edition), bytes(found.content)
