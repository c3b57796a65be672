"""Files in forms: no page takes one, so none is kept, not even for a moment."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile


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
