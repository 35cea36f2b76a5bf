"""Uploads end at the limit: a file that is too large is refused after as many bytes, not after all of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

TOO_LARGE = "upload_was_too_large"
"""Attribute of the request that says the upload was cut off."""


class LimitedUpload(FileUploadHandler):
    """First of the upload handlers: counts, passes on, and stops at `IMPORT_BYTES_LIMIT`."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._count = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        del start
        self._count += len(raw_data)
        if self._count > settings.IMPORT_BYTES_LIMIT:
            if self.request is not None:
                setattr(self.request, TOO_LARGE, True)
            # The rest is read and thrown away, so that the browser gets an answer and not a broken connection.
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        del file_size
