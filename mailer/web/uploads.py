"""Files in forms: hardly any page takes one, so none is kept, not even for a moment.

A page of the desk that does names its own handler, once it knows who asks.
"""

from typing import Any

from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest


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


class OneFile(TemporaryFileUploadHandler):
    """Writes a file of staff to the disk, up to `most` bytes; what is over it is read past."""

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
