"""The look of a publication: a theme file, with what the staff changed of it laid over."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from mailer.curation.models import Publication
from mailer.editions.models import Look
from mailer.typesetting import themes
from mailer.typesetting.theme import Theme, laid_over, theme_of


def theme_for(publication: Publication) -> Theme:
    """The theme a publication's editions are written in. Raises Refused where a file is broken."""
    name, changes = chosen(publication)
    return theme_from(name, changes)


def chosen(publication: Publication) -> tuple[str, Mapping[str, Any]]:
    """The name of the theme file and the staff's changes to it."""
    look = Look.objects.filter(publication=publication).first()
    return (look.theme, look.changes) if look else (themes.DEFAULT, {})


def theme_from(name: str, changes: Mapping[str, Any]) -> Theme:
    """The theme `name` with `changes` over it. Raises NotFound, Refused."""
    return theme_of(laid_over(themes.values(name, own_folder()), changes))


def choose(publication: Publication, name: str, changes: Mapping[str, Any], now: datetime) -> None:
    """Store the look; whoever calls it compiles the drafts anew. Raises NotFound, Refused."""
    theme_from(name, changes)
    kept = _differences(themes.values(name, own_folder()), changes)
    Look.objects.update_or_create(
        publication=publication, defaults={"theme": name, "changes": kept, "changed_at": now}
    )


def own_folder() -> Path:
    """Where an office lays down its own theme files."""
    return Path(settings.MAILER_DATA) / "themes"


def _differences(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Of `changes` what is not in `base`: what was not touched follows the file when it changes."""
    found: dict[str, Any] = {}
    for name, value in changes.items():
        below = base.get(name, {} if isinstance(value, Mapping) else None)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            if inner := _differences(below, value):
                found[name] = inner
        elif value != below:
            found[name] = value
    return found
