"""A mail to try a look on: the last issue of a publication, a made-up one where there is none."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext, override

from mailer.curation.models import Publication
from mailer.editions.compile import archive_url, draft_of
from mailer.editions.compose import compose
from mailer.editions.draft import Draft, DraftItem, DraftSection, Urls
from mailer.languages import LANGUAGES
from mailer.typesetting.theme import Theme

#: A look is seen on a few entries; forty would only make the page wait.
_ENTRIES = 6


def sample(publication: Publication, code: str, theme: Theme) -> str:
    """The HTML of a mail in `theme`, in the language `code`; every link leads to the archive."""
    archive = archive_url(publication)
    others = tuple((other, archive) for other in publication.languages if other != code)
    draft = _last(publication, code, theme) or _made_up(publication, code)
    dressed = replace(draft, legal_notice=theme.footers.get(code, ""))
    return compose(
        dressed, Urls(online=archive, archive=archive, editions=others), lambda _: archive, theme
    ).html


def _last(publication: Publication, code: str, theme: Theme) -> Draft | None:
    issue = publication.issues.filter(editions__language=code).order_by("-number").first()
    draft = draft_of(issue, code, theme) if issue else None
    return replace(draft, items=draft.items[:_ENTRIES]) if draft else None


def _made_up(publication: Publication, code: str) -> Draft:
    with override(code):
        headline, lead = (
            gettext("The headline of an article"),
            gettext("What it says, in a sentence."),
        )
        outlet, note = gettext("A newspaper"), gettext("What the newsroom adds to it.")
    zone = ZoneInfo(publication.zone)
    sections = [DraftSection(one.slug, one.names) for one in publication.sections.all()]
    sections = sections[:2] or [DraftSection("one", publication.names)]
    return Draft(
        language=LANGUAGES[code],
        names=publication.names,
        number=1,
        day=timezone.now().astimezone(zone).date(),
        zone=zone,
        sections=tuple(sections),
        items=tuple(
            DraftItem(
                section=sections[at % len(sections)].slug,
                position=at,
                headline=headline,
                language=code,
                url=f"https://example.org/{at}",
                outlet=outlet,
                lead=lead,
                note=note if at == 0 else "",
            )
            for at in range(4)
        ),
        editors_word=note,
        postal_address=publication.postal_address,
    )
