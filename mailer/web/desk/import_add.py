"""`/desk/imports/add/`: a file of people is uploaded."""

from pathlib import Path

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from mailer import tasks
from mailer.errors import N_, Refused
from mailer.subscribers import imports
from mailer.subscribers.models import ImportState
from mailer.web.desk.frame import go, person, staff
from mailer.web.desk.may import ADD_READERS
from mailer.web.desk.typed import clean
from mailer.web.uploads import OnDisk

#: Bytes of a file: a million lines of five columns have some 100 million.
MOST_BYTES = 500_000_000


# The form is read by the token's check, which must therefore come after the choice of who takes the
# file, and that after the look at who asks.
@staff(ADD_READERS, "POST")
@csrf_exempt
def import_add(request: HttpRequest) -> HttpResponse:
    """Keep the file, and show what its columns seem to be."""
    taker = OnDisk(request, MOST_BYTES)
    request.upload_handlers = [taker]
    return _keep(request, taker)


@csrf_protect
def _keep(request: HttpRequest, taker: OnDisk) -> HttpResponse:
    file = request.FILES.get("file")
    if taker.too_large:
        raise Refused(
            N_("This file has more than %(most)s MB: cut it into several."),
            most=MOST_BYTES // 1_000_000,
        )
    if not isinstance(file, TemporaryUploadedFile) or not file.size:
        raise Refused(N_("No file came with the form, or an empty one: choose a file."))
    name = clean(file.name or "") or "people.csv"
    made = imports.receive(name, Path(file.temporary_file_path()), person(request), timezone.now())
    if made.state == ImportState.READING:
        tasks.ring(tasks.run_import, made.pk)
    return go("desk:import", made.pk)
