"""Files in forms: few pages take one, and all others keep none, not even for a moment."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from mailer.errors import N_, Refused

Handler = Callable[..., HttpResponseBase]


class NoFiles(FileUploadHandler):
    """Reads past a file. Django's own handlers fill the temporary folder with what strangers send.

    The fields beside it are read: a one-click POST may come as multipart/form-data.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Skip it."""
        del args, kwargs
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing is received."""
        del raw_data, start

    def file_complete(self, file_size: int) -> None:
        """There is no file."""
        del file_size


class InMemory(FileUploadHandler):
    """Keeps a file in memory as far as `limit` bytes; of a longer one, only how long it was."""

    def __init__(self, limit: int, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._limit = limit
        self._kept = BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """The next file of the form."""
        super().new_file(*args, **kwargs)
        self._kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what there is room for."""
        if start + len(raw_data) <= self._limit:
            self._kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file, with its true size."""
        self._kept.seek(0)
        kind, name = self.content_type or "", self.file_name or ""
        return InMemoryUploadedFile(
            self._kept, self.field_name, name, kind, file_size, self.charset
        )


class OnDisk(TemporaryFileUploadHandler):
    """Writes a large file to the disk, up to `most` bytes; what is over it is read past."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self._most = most
        self.too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece, unless it is too much by now."""
        if start + len(raw_data) > self._most:
            self.too_large = True
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


def takes_files(permission: str, limit: int) -> Callable[[Handler], Handler]:
    """Let people with `permission` send files of `limit` bytes; everybody else's are read past.

    Stands around `staff`. The middleware that guards our forms reads them before any view could
    say how: here it is put off until that is said, and asks as it would have.
    """

    def wrap(handler: Handler) -> Handler:
        guarded = csrf_protect(handler)

        @csrf_exempt
        @wraps(handler)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.has_perm(permission):
                request.upload_handlers = [InMemory(limit, request)]
            return guarded(request, *args, **kwargs)

        return opened

    return wrap


def uploaded(request: HttpRequest, name: str, limit: int) -> bytes:
    """The file of a field, whole; empty where none was chosen. Refused over `limit` bytes."""
    file = request.FILES.get(name)
    if not isinstance(file, InMemoryUploadedFile) or not file.size:
        return b""
    if file.size > limit:
        raise Refused(
            N_("This file has %(size)s MB; there is room for %(limit)s. Save it smaller first."),
            size=round(file.size / 1e6),
            limit=round(limit / 1e6),
        )
    return bytes(file.read())
