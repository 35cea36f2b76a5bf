"""Uploads end at the limit: a file that is too large is refused after as many bytes, not after all of it.

A view says its own limit by `takes_upload`; every other one has that of imports.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

TOO_LARGE = "upload_was_too_large"
"""Attribute of the request that says the upload was cut off."""


View = TypeVar("View", bound=Callable[..., Any])


def takes_upload(limit: Callable[..., int]) -> Callable[[View], View]:
    """Mark a view with its limit in bytes, asked with the arguments of its address. Put it outermost."""

    def mark(view: View) -> View:
        view.upload_limit = limit  # type: ignore[attr-defined]  # a mark on a function; mypy knows no attributes of functions
        return view

    return mark


class LimitedUpload(FileUploadHandler):
    """First of the upload handlers: counts, passes on, and stops at the view's limit, else at `IMPORT_BYTES_LIMIT`."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._count = 0
        self._limit = _limit_of(request)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        del start
        self._count += len(raw_data)
        if self._count > self._limit:
            if self.request is not None:
                setattr(self.request, TOO_LARGE, True)
            # The rest is read and thrown away, so that the browser gets an answer and not a broken connection.
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        del file_size


def _limit_of(request: Any) -> int:
    match = getattr(request, "resolver_match", None)
    limit = getattr(match.func, "upload_limit", None) if match else None
    return int(limit(**match.kwargs)) if limit and match else settings.IMPORT_BYTES_LIMIT
