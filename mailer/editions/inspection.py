"""Gathering what the preflight looks at: an issue's rows become plain values, and are judged."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from mailer.curation.models import Issue, Item
from mailer.editions.deadlinks import dead
from mailer.editions.look import theme_for
from mailer.editions.markup import faults
from mailer.editions.models import Edition
from mailer.editions.preflight import (
    Checked,
    CheckedEntry,
    Finding,
    findings,
    nothing_to_send,
)
from mailer.editions.printed import findings as findings_of_pdf
from mailer.languages import LANGUAGES
from mailer.mime.bodies import encoded_size
from mailer.mime.segments import marker
from mailer.smtp.relay import only_loopback, parse_relays
from mailer.typesetting.theme import Theme, faint


def preflight(issue: Issue, now: datetime) -> list[Finding]:
    """What forbids sending an issue's editions or warns, each sentence once."""
    editions = list(Edition.objects.filter(issue=issue).order_by("language"))
    if not editions:
        return [nothing_to_send(issue.pk)]
    entries = _entries(issue)
    theme = theme_for(issue.publication)
    found: dict[str, Finding] = {}
    for edition in editions:
        checked = _checked(issue, edition, entries.get(edition.language, []), theme, now)
        for finding in (*findings(checked), *findings_of_pdf(edition, checked.publication)):
            found.setdefault(str(finding.sentence), finding)
    return list(found.values())


def _checked(
    issue: Issue, edition: Edition, entries: list[CheckedEntry], theme: Theme, now: datetime
) -> Checked:
    publication, code = issue.publication, edition.language
    way_out = marker(edition.nonce, "unsubscribe_url")
    around = (issue.editor_words, publication.rights_notices, publication.names, theme.footers)
    return Checked(
        publication=publication.name(code),
        language=code,
        subject=edition.subject,
        html_size=len(edition.html.encode()),
        encoded_size=encoded_size(edition.html),
        ways_out=(edition.html.count(way_out), edition.text.count(way_out)),
        faults=faults(edition.html, code, LANGUAGES[code].dir),
        sender=publication.sender or settings.MAILER_FROM,
        postal_address=publication.postal_address,
        relay_is_local=not settings.SMTP_URL or only_loopback(parse_relays(settings.SMTP_URL)),
        day=issue.date,
        today=now.astimezone(ZoneInfo(publication.zone)).date(),
        entries=entries,
        words=(publication.postal_address, *(texts.get(code, "") for texts in around)),
        faint_texts=len(list(faint(theme))),
    )


def _entries(issue: Issue) -> dict[str, list[CheckedEntry]]:
    """The entries that are shown, by language, numbered as the mail numbers them."""
    shown = issue.items.filter(hidden=False).select_related("article__source")
    items = list(shown)
    gone = dead(_address(item) for item in items)
    found: dict[str, list[CheckedEntry]] = {}
    for item in items:
        of_language = found.setdefault(item.language, [])
        of_language.append(_entry(item, len(of_language) + 1, gone))
    return found


def _entry(item: Item, number: int, gone: frozenset[str]) -> CheckedEntry:
    article = item.article
    quotable = article is not None and article.source.rights == "quote"
    return CheckedEntry(
        item=item.pk,
        number=number,
        words=tuple(
            words
            for words in (
                item.headline or (article.title if article else ""),
                item.lead or (article.lead if article else ""),
                item.note,
            )
        ),
        lead=item.lead,
        original=f"{article.lead} {article.body}" if article and quotable else "",
        link_is_dead=_address(item) in gone,
    )


def _address(item: Item) -> str:
    return item.url or (item.article.url if item.article else "")
