"""Bodies that are files: taken as they come into a temporary one, never all in memory."""

from __future__ import annotations

import hashlib
import tempfile
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from pydantic import StringConstraints

from .problems import Problem

FileName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\u0000-\u001f\u007f/\\]+$")]
_CHUNK = 64 * 1024
_TYPES = ("application/octet-stream", "text/csv")


def read_file(request: HttpRequest) -> str:
    """Take the file as it comes into a temporary one; its digest. Raises `Problem` 413 at the limit."""
    if request.content_type not in _TYPES:
        raise Problem(415, "media_type", detail="application/octet-stream")
    digest, size = hashlib.sha256(), 0
    taken = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the request
    request.taken = taken  # type: ignore[attr-defined]  # kept for this request
    while chunk := request.read(_CHUNK):
        size += len(chunk)
        if size > settings.IMPORT_BYTES_LIMIT:
            raise Problem(413, "too_large")
        digest.update(chunk)
        taken.write(chunk)
    taken.seek(0)
    return digest.hexdigest()
