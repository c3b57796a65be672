"""Compiling: an issue's items become one edition per language, stored.

rows → Draft (frozen values) → compose: page → HTML, inlined once → text → Edition
"""

import hmac
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from email.utils import parseaddr
from hashlib import sha256
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from mailer.articles.rights import is_taken, may_show
from mailer.curation import signoff
from mailer.curation.models import Issue, IssueState, Item, PdfUse, Pictures, Publication
from mailer.editions import figures
from mailer.editions.beside import beside, outlet_of, picture_of_article
from mailer.editions.compose import compose
from mailer.editions.counted import targets
from mailer.editions.draft import Draft, DraftItem, DraftSection, Figure, Urls
from mailer.editions.freeze import edition_checksum
from mailer.editions.look import theme_for
from mailer.editions.models import Edition
from mailer.editions.printed import forget_other_than
from mailer.editions.stored import for_everybody
from mailer.languages import LANGUAGES
from mailer.letters.outbox import default_sender
from mailer.mime.segments import marker
from mailer.pictures.models import Picture
from mailer.pictures.prepared import Room
from mailer.pictures.store import folder
from mailer.typesetting.theme import Theme


def compile_issue(issue_id: int, now: datetime) -> list[Edition]:
    """The issue's editions, compiled anew while it is a draft, as they were frozen after that.

    A language without an entry has no edition. An edition whose bytes did not change keeps its
    row, its checksum and its time.
    """
    with transaction.atomic():
        issue = signoff.hold_still(issue_id)
        if issue.state in {IssueState.DRAFT, IssueState.HELD}:
            items = _items(issue)
            languages = [code for code in issue.publication.languages if items.get(code)]
            issue.editions.exclude(language__in=languages).delete()
            theme = theme_for(issue.publication)
            for code in languages:
                _store(_edition(issue, code, items[code], languages, theme), now)
    return list(issue.editions.order_by("pk"))


def changed_articles(issue: Issue) -> int:
    """How many articles, shown in the issue, say something else than when it was compiled."""
    compiled: dict[str, str] = {}
    for entries in issue.editions.values_list("entries", flat=True):
        compiled |= entries
    items = [item for shown in _items(issue).values() for item in shown if item.article_id]
    known = [item for item in items if str(item.pk) in compiled]
    return len({item.article_id for item in known if _digest(item) != compiled[str(item.pk)]})


def draft_of(issue: Issue, code: str, theme: Theme) -> Draft | None:
    """What the issue's edition in a language is made of; None where it has no entry in it."""
    items = _items(issue).get(code)
    return _draft(issue, code, items, theme) if items else None


def online_url(issue: Issue, language: str) -> str:
    """Where an edition stands in the web archive."""
    return f"{archive_url(issue.publication)}{issue.number}/{language}/"


def pdf_url(issue: Issue, language: str) -> str:
    """Where an edition's PDF stands in the web archive."""
    return f"{archive_url(issue.publication)}{issue.number}/{language}.pdf"


def clicks_url(key: str) -> str:
    """Where the counted links of an edition lead, but for their numbers."""
    return f"{settings.MAILER_URL}/go/{key}/"


def archive_url(publication: Publication) -> str:
    """Where the past issues of a publication stand."""
    return f"{settings.MAILER_URL}/archive/{publication.slug}/"


def sender_of(issue: Issue) -> str:
    """The address an issue is sent from: the publication's, else everybody's."""
    return parseaddr(issue.publication.sender or default_sender())[1]


def _items(issue: Issue) -> dict[str, list[Item]]:
    """The entries that are shown, per language, in order."""
    found: dict[str, list[Item]] = {}
    shown = issue.items.filter(hidden=False).select_related(
        "section", "article__source", "article__illustration__picture", "picture"
    )
    # Forty pictures are megabytes, and a page names them by their addresses.
    shown = shown.defer("picture__content", "article__illustration__picture__content")
    for item in shown.prefetch_related("companions__article__source"):
        found.setdefault(item.language, []).append(item)
    return found


def _edition(
    issue: Issue, code: str, items: list[Item], languages: list[str], theme: Theme
) -> Edition:
    nonce = _secret(issue, code, "edition")
    counted = issue.publication.count_clicks
    key = _secret(issue, code, "clicks") if counted else ""
    urls = Urls(
        online=online_url(issue, code),
        pdf=pdf_url(issue, code) if issue.publication.pdf == PdfUse.LINKED else "",
        archive=archive_url(issue.publication),
        editions=tuple((other, online_url(issue, other)) for other in languages if other != code),
        clicks=clicks_url(key) if counted else "",
    )
    draft = _draft(issue, code, items, theme)
    composed = compose(draft, urls, lambda name: marker(nonce, name), theme)
    within = _pictures(issue, items) if issue.publication.pictures == Pictures.CID else []
    html = figures.enclosed(composed.html, {one.file: folder() + one.file for one in within})
    return Edition(
        issue=issue,
        language=code,
        subject=composed.subject,
        preheader=composed.preheader,
        html=html,
        text=composed.text,
        headers=_headers(issue, code),
        nonce=nonce,
        articles=len(items),
        entries={str(item.pk): _digest(item) for item in items},
        page=for_everybody(composed.page),
        theme=asdict(theme),
        enclosed=[one.digest for one in within],
        pdf=issue.publication.pdf,
        clicks=urls.clicks,
        clicks_key=key,
        links=targets(composed.page) if counted and composed.page else [],
    )


def _store(edition: Edition, now: datetime) -> None:
    stored = Edition.objects.filter(issue=edition.issue, language=edition.language).first()
    if stored:
        edition.pk = stored.pk
        forget_other_than(edition)
    edition.checksum = edition_checksum(edition)
    if stored and stored.checksum == edition.checksum:
        # Words that the mail does not show may have changed all the same.
        Edition.objects.filter(pk=stored.pk).update(
            entries=edition.entries, page=edition.page, theme=edition.theme
        )
        return
    edition.compiled_at = now
    edition.save()


def _secret(issue: Issue, code: str, purpose: str) -> str:
    """Sixteen hex digits that nobody outside can write down beforehand: they need our key.

    So no article's text contains an edition's own, and nobody asks for links of a mail unseen.
    """
    said = f"{purpose} {issue.pk} {code}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, sha256).hexdigest()[:16]


def _headers(issue: Issue, code: str) -> dict[str, object]:
    """What is the same in everybody's copy; pairs are (display name, address or identifier)."""
    publication = issue.publication
    sender = sender_of(issue)
    name = publication.name(code).replace("@", " ")
    # RFC 2919: the identifier is stable for ever, so it hangs on the slug and the site alone.
    # A number is no such site: on a machine of one's own it is "localhost" (RFC 2919 §2).
    site = urlsplit(settings.MAILER_URL).hostname or ""
    if not site.rpartition(".")[2].isalpha():
        site = "localhost"
    return {
        "From": [name, sender],
        "Reply-To": ["", publication.reply_to or sender],
        "List-Id": [name, f"{publication.slug}.{site}"],
        "Content-Language": code,
    }


def _draft(issue: Issue, code: str, items: list[Item], theme: Theme) -> Draft:
    publication = issue.publication
    zone = ZoneInfo(publication.zone)
    period = None
    if issue.starts_at and issue.ends_at:
        # The end is exclusive: the last day covered is that of the moment before it.
        last = issue.ends_at - timedelta(microseconds=1)
        period = (issue.starts_at.astimezone(zone).date(), last.astimezone(zone).date())
    return Draft(
        language=LANGUAGES[code],
        names=publication.names,
        number=issue.number,
        day=issue.date,
        zone=zone,
        sections=tuple(
            DraftSection(section.slug, section.names) for section in publication.sections.all()
        ),
        items=tuple(_entry(item, place) for place, item in enumerate(items)),
        period=period,
        editors_word=issue.editor_words.get(code, ""),
        rights_notice=publication.rights_notices.get(code, ""),
        legal_notice=theme.footers.get(code, ""),
        licences=tuple(dict.fromkeys(filter(None, map(_licence, items)))),
        postal_address=publication.postal_address,
        logo=_logo(publication, code),
    )


def _logo(publication: Publication, code: str) -> Figure | None:
    logo = publication.logo
    if logo is None:
        return None
    alt = publication.logo_alts.get(code) or publication.name(code)
    return figures.logo(folder() + logo.file, alt, Room(logo.width, logo.height))


def _figure(item: Item) -> Figure | None:
    shown = item.picture
    if shown is not None:
        dots = Room(shown.width, shown.height)
        return figures.figure(folder() + shown.file, item.picture_alt, dots)
    if of_article := picture_of_article(item):
        dots = Room(of_article.width, of_article.height)
        return figures.article(folder() + of_article.file, dots)
    return None


def _pictures(issue: Issue, items: list[Item]) -> list[Picture]:
    """The pictures of an edition, each once."""
    shown = [issue.publication.logo, *(item.picture or picture_of_article(item) for item in items)]
    return list({one.pk: one for one in shown if one}.values())


def _digest(item: Item) -> str:
    """SHA-256, in hex, over what an edition takes of an entry, wherever it stands."""
    told = json.dumps(asdict(_entry(item, 0)), sort_keys=True, default=str)
    return sha256(told.encode()).hexdigest()


def _licence(item: Item) -> str:
    """The line that an entry's source requires in the footer; empty for none."""
    return item.article.source.licence if item.article else ""


def _entry(item: Item, place: int) -> DraftItem:
    article = item.article
    if article is None:
        return DraftItem(
            section=item.section.slug,
            position=place,
            headline=item.headline,
            language=item.language,
            url=item.url,
            lead=item.lead,
            verbatim=False,
            note=item.note,
            rights="own",
            figure=_figure(item),
        )
    rights = article.source.rights
    verbatim = not item.lead or is_taken(item.lead, article.lead, article.body)
    lead = item.lead or article.lead
    told = beside(item, article)
    return DraftItem(
        section=item.section.slug,
        position=place,
        headline=item.headline or article.title,
        language=article.language,
        url=item.url or article.url,
        outlet=outlet_of(article),
        author=article.author,
        agency=told.agency,
        also_in=told.outlets,
        same_dispatch=told.same_dispatch,
        published_at=article.published_at if article.dated else None,
        lead=may_show(rights, lead=lead).lead if verbatim else lead,
        verbatim=verbatim,
        note=item.note,
        figure=_figure(item),
        rights=rights,  # type: ignore[arg-type]  # the column's choices are these
    )
