"""The verb: an uploaded file becomes a row, and a row an address."""

from datetime import datetime
from hashlib import sha256

from django.conf import settings

from mailer.pictures.models import Picture
from mailer.pictures.prepared import Prepared, Room


def keep(raw: bytes, room: Room, now: datetime) -> tuple[Picture, Prepared]:
    """Prepare `raw` for `room` and store it; Refused for what is no picture."""
    from mailer.pictures.prepare import prepare  # here: who stores none does without Pillow

    made = prepare(raw, room)
    return store(made, now), made


def store(made: Prepared, now: datetime) -> Picture:
    """The row of a picture, the one there is where it is the same."""
    picture, _ = Picture.objects.get_or_create(
        digest=sha256(made.content).hexdigest()[:32],
        defaults={
            "content": made.content,
            "media_type": made.media_type,
            "width": made.width,
            "height": made.height,
            "added_at": now,
        },
    )
    return picture


def folder() -> str:
    """Where every picture stands, under its file's name."""
    return f"{settings.MAILER_URL}/pictures/"
