"""The test-send: an edition to a member of staff, marked, and no delivery."""

from datetime import datetime

from django.contrib.auth.models import User

from mailer.curation.models import Issue
from mailer.editions.compile import online_url
from mailer.editions.compose import Composed, mark_as_test
from mailer.editions.figures import disclosed
from mailer.editions.models import Edition
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


def send_test(issue: Issue, language: str, to: User, now: datetime) -> Letter:
    """Post a marked copy to a member of staff: another Message-ID, links that act for nobody."""
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
    )
    return outbox.post_ready(
        "test",
        to.email,
        language,
        subject=marked.subject,
        text=marked.text,
        html=marked.html,
        now=now,
    )
