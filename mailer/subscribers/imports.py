"""An import from the desk: a file that is kept, looked at, tried, and taken in behind the page.

    reading ──→ uploaded ──→ waiting ──→ running ──→ done
       │           ↑            │           │  ↑      │ (of a trial)
       │           └────────────┼───────────┼──┼──────┘
       └──→ failed ←────────────┴───────────┘  └─ its worker was lost: another goes on
    uploaded, waiting, running → cancelled

This file alone writes the state. A worker holds an import by a lease that each group renews in the
transaction that writes the group, with the line it came to and the sums: so what is killed goes on
behind the last line that is written, and of two workers one writes nothing.
"""

import logging
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from mailer.errors import N_, MailerError, NotFound, Refused, StoredSentence
from mailer.subscribers import columns, importing, sheet, taking, trial
from mailer.subscribers.importing import Source
from mailer.subscribers.models import Import, ImportRefusal, ImportState
from mailer.subscribers.taking import Group, Report
from mailer.subscribers.terms import Terms
from mailer.trail.models import Area
from mailer.trail.note import note

_log = logging.getLogger(__name__)

#: For how long a group may keep a worker busy before another thinks it lost.
LEASE = timedelta(seconds=90)
#: For how long the file and the lines refused can be looked at, from the last word on.
KEPT = timedelta(days=30)
_OVER = (ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED)
_SUMS = ("accepted", "known", "left", "suppressed", "roles")


class _Stopped(Exception):
    """The import is not this worker's any more."""


def receive(name: str, upload: Path, by: User, now: datetime) -> Import:
    """Keep an uploaded file, which is moved, and say what its columns seem to be.

    Raises ParseError for a file that is no list of people: then nothing of it is kept.
    """
    with upload.open("rb") as file:
        spreadsheet = file.read(len(sheet.SIGNATURE)) == sheet.SIGNATURE
    made = Import(
        name=name[:200],
        size=upload.stat().st_size,
        state=ImportState.READING if spreadsheet else ImportState.UPLOADED,
        requested_by=by,
        created_at=now,
    )
    if not spreadsheet:
        _look(made, upload)
    made.save()
    place = _folder() / f"{made.pk}{'.xlsx' if spreadsheet else '.csv'}"
    try:
        shutil.move(upload, place)
    except OSError:
        made.delete()
        raise
    place.chmod(0o600)
    return made


def find(import_id: int) -> Import:
    """The import of an id, with its list. Raises NotFound."""
    found = Import.objects.select_related("mailing_list", "requested_by").filter(pk=import_id)
    if (one := found.first()) is None:
        raise NotFound(N_("There is no import %(number)s."), number=import_id)
    return one


def sample(shown: Import, most: int = 5) -> list[list[str]]:
    """The first records, as wide as the header; none once the file is gone."""
    try:
        return importing.sample(Source(file_of(shown)), most)
    except MailerError:
        return []


def refused(shown: Import) -> Iterator[tuple[int, StoredSentence, list[str]]]:
    """The lines that were not taken in: number, reason, and the cells, where they can be read."""
    reasons = shown.refusals.order_by("line", "pk").values_list("line", "reason")
    waiting = reasons.iterator(chunk_size=2_000)
    if (wanted := next(waiting, None)) is None:
        return
    for line, cells in importing.records(Source(file_of(shown), tuple(shown.meanings))):
        while wanted and wanted[0] <= line:
            yield (*wanted, cells if wanted[0] == line else [])
            wanted = next(waiting, None)
        if wanted is None:
            return


def begin(
    import_id: int,
    *,
    list_slug: str,
    meanings: Sequence[str],
    consent: str,
    trial_run: bool,
    now: datetime,
) -> None:
    """Let the import run as soon as a worker is free; `consent` "" asks everybody by mail.

    Raises Refused when it runs already or is over, NotFound without its list or file, ParseError
    when no column is the address.
    """
    columns.usable(meanings)
    mailing_list = importing.find_list(list_slug)
    shown = find(import_id)
    if len(meanings) != len(shown.names):
        raise Refused(N_("The columns are not those of the file: look at the page again."))
    if not file_of(shown).exists():
        raise NotFound(N_("The file of this import is gone: upload it again."))
    startable = Q(state=ImportState.UPLOADED) | Q(state=ImportState.DONE, trial=True)
    with transaction.atomic():
        begun = Import.objects.filter(startable, pk=import_id).update(
            state=ImportState.WAITING,
            mailing_list=mailing_list,
            meanings=list(meanings),
            consent=consent.strip(),
            trial=trial_run,
            started_at=now,
            finished_at=None,
            line=1,
            refused=0,
            **dict.fromkeys(_SUMS, 0),
        )
        if not begun:
            raise Refused(N_("This import was begun already, or is over."))
        ImportRefusal.objects.filter(file_id=import_id).delete()
        if not trial_run:
            told = N_("The import of “%(name)s” into “%(list)s” was begun")
            slug = mailing_list.slug
            note("reader.imported", told, Area.READER, name=shown.name, list=slug)


def cancel(import_id: int, now: datetime) -> None:
    """End an import. Who was taken in so far stays: the page says how many. Raises Refused."""
    ended = (
        Import.objects.filter(pk=import_id)
        .exclude(state__in=_OVER)
        .update(state=ImportState.CANCELLED, finished_at=now, lease=None)
    )
    if not ended:
        raise Refused(N_("This import is over already."))


def due(now: datetime) -> list[int]:
    """Imports that a worker should take up: those that wait, and those whose worker was lost."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    waiting = (ImportState.READING, ImportState.WAITING, ImportState.RUNNING)
    return list(
        Import.objects.filter(free, state__in=waiting).order_by("pk").values_list("pk", flat=True)
    )


def work(import_id: int, draining: Callable[[], bool] = lambda: False) -> None:
    """Take an import up, unless another worker has it, and go on until it is over."""
    lease = secrets.randbits(62)
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    mine = Import.objects.filter(free, pk=import_id)
    if mine.filter(state=ImportState.READING).update(lease=lease, leased_until=now + 4 * LEASE):
        _read(find(import_id), lease)
        return
    waiting = mine.filter(state__in=(ImportState.WAITING, ImportState.RUNNING))
    if waiting.update(state=ImportState.RUNNING, lease=lease, leased_until=now + LEASE):
        _run(find(import_id), lease, draining)


def forget_old(now: datetime) -> None:
    """Delete the files and the lines refused of imports that nobody touched for a month.

    What was imported, by whom, when and on whose word stays, for it is part of the proof.
    """
    old = Q(finished_at__lt=now - KEPT) | Q(finished_at=None, created_at__lt=now - KEPT)
    for one in Import.objects.filter(old, kept=True).exclude(state=ImportState.RUNNING):
        for ending in (".csv", ".xlsx"):
            (_folder() / f"{one.pk}{ending}").unlink(missing_ok=True)
        ImportRefusal.objects.filter(file=one).delete()
        Import.objects.filter(pk=one.pk).update(kept=False)
        Import.objects.filter(pk=one.pk).exclude(state__in=_OVER).update(
            state=ImportState.CANCELLED, finished_at=now
        )


def file_of(shown: Import) -> Path:
    """Where the CSV file of an import lies; it may be gone."""
    return _folder() / f"{shown.pk}.csv"


def _folder() -> Path:
    folder = Path(settings.MAILER_DATA) / "imports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _look(one: Import, file: Path) -> None:
    """What the head of a CSV file tells. Raises ParseError."""
    head = importing.head(Source(file))
    layout = columns.recognised(head.names)
    one.names, one.meanings, one.program = head.names, list(layout.meanings), layout.program
    one.lines = head.lines


def _read(one: Import, lease: int) -> None:
    """Turn a spreadsheet into a CSV file, and look at it."""
    draft = _folder() / f"{one.pk}.{lease}.part"
    news: dict[str, Any] = {"state": ImportState.UPLOADED, "lease": None, "leased_until": None}
    try:
        sheet.to_csv(_folder() / f"{one.pk}.xlsx", draft)
        _look(one, draft)
        draft.rename(file_of(one))
        news |= {"names": one.names, "meanings": one.meanings, "program": one.program}
        news["lines"] = one.lines
    except MailerError as refusal:
        draft.unlink(missing_ok=True)
        news |= _failed(refusal)
    Import.objects.filter(pk=one.pk, state=ImportState.READING, lease=lease).update(**news)


def _run(one: Import, lease: int, draining: Callable[[], bool]) -> None:
    terms = Terms(
        list_id=one.mailing_list_id or 0,
        consent=one.consent,
        origin=f"import {one.pk}: {one.name}"[:200],
        now=one.started_at or timezone.now(),
    )
    source = Source(file_of(one), tuple(one.meanings), after=1 if one.trial else one.line)
    take = trial.Trial().take if one.trial else taking.take
    if one.trial and one.line > 1:
        _begin_again(one, lease)
    try:
        for group in importing.groups(source, terms):
            _take(one, lease, take, group, terms)
            if draining() and not one.trial:
                _keep(one, lease, leased_until=None)
                return
        _keep(
            one,
            lease,
            state=ImportState.DONE,
            finished_at=timezone.now(),
            lease=None,
            leased_until=None,
        )
    except MailerError as refusal:
        _keep(one, lease, **_failed(refusal))
    except _Stopped:
        _log.info("import %s is no longer this worker's", one.pk)


def _begin_again(one: Import, lease: int) -> None:
    """A trial remembers whom it has seen in its worker alone: the next one begins anew."""
    with transaction.atomic():
        _keep(one, lease, line=1, refused=0, **dict.fromkeys(_SUMS, 0))
        ImportRefusal.objects.filter(file=one).delete()


def _take(
    one: Import,
    lease: int,
    take: Callable[[Group, Terms, Report], None],
    group: Group,
    terms: Terms,
) -> None:
    report = Report()
    with transaction.atomic():
        take(group, terms, report)
        ImportRefusal.objects.bulk_create(
            ImportRefusal(file=one, line=each.line, reason=each.reason.stored())
            for each in report.refused
        )
        sums: Mapping[str, Any] = {name: F(name) + getattr(report, name) for name in _SUMS}
        _keep(
            one,
            lease,
            line=group[-1][0],
            refused=F("refused") + len(report.refused),
            leased_until=timezone.now() + LEASE,
            **sums,
        )


def _keep(one: Import, held: int, **news: Any) -> None:
    mine = Import.objects.filter(pk=one.pk, state=ImportState.RUNNING, lease=held)
    if not mine.update(**news):
        raise _Stopped


def _failed(refusal: MailerError) -> dict[str, Any]:
    return {
        "state": ImportState.FAILED,
        "failure": refusal.stored(),
        "finished_at": timezone.now(),
        "lease": None,
        "leased_until": None,
    }
