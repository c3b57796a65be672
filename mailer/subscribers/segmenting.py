"""Segments are made and changed; what the trail says of it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from mailer.errors import N_, NotFound, Refused
from mailer.subscribers.models import Segment
from mailer.subscribers.segments import Filter, checked
from mailer.trail.models import Area
from mailer.trail.note import note


def find(segment_id: int) -> Segment:
    """The segment of an id. Raises NotFound."""
    found = Segment.objects.filter(pk=segment_id).first()
    if found is None:
        raise NotFound(N_("There is no segment %(number)s."), number=segment_id)
    return found


def save(segment: Segment | None, name: str, wanted: Filter, now: datetime) -> Segment:
    """Make a segment, or change one: an issue that was approved for it must be approved anew.

    Raises Refused without a name, for a name that another has, and for a filter that asks nothing.
    """
    if not name:
        raise Refused(N_("A segment needs a name."))
    made = segment or Segment(created_at=now)
    made.name, made.definition, made.changed_at = name, checked(wanted).stored(), now
    try:
        with transaction.atomic():
            made.save()
            told = N_("The segment “%(name)s” was set")
            note("reader.segmented", told, Area.READER, name=name)
    except IntegrityError as error:
        raise Refused(N_("Another segment is named “%(name)s”."), name=name) from error
    return made
