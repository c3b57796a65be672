"""The verb: an uploaded file becomes a row, and a row an address."""

from datetime import datetime
from hashlib import sha256

from django.conf import settings

from mailer.pictures.models import Picture
from mailer.pictures.prepare import Prepared, Room, prepare


def keep(raw: bytes, room: Room, now: datetime) -> tuple[Picture, Prepared]:
    """Prepare `raw` for `room` and store it, once; Refused for what is no picture."""
    made = prepare(raw, room)
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
    return picture, made


def folder() -> str:
    """Where every picture stands, under its file's name."""
    return f"{settings.MAILER_URL}/pictures/"
