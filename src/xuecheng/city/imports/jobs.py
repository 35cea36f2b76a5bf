"""Background work of imports: the dry run, and writing."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from xuecheng.city import clock
from xuecheng.city.jobs.progress import Progress

from .files import Limits
from .models import ImportFile
from .work import check_file, write_file


def _file(progress: Progress) -> ImportFile:
    return ImportFile.objects.select_related("organisation__territory", "brought_by").get(pk=progress.arguments["file"])


def check(progress: Progress) -> dict[str, Any]:
    """Kind `imports.check`."""
    file = check_file(_file(progress), progress, now=clock.now(), limits=Limits(bytes=settings.IMPORT_BYTES_LIMIT))
    return {"good": file.good_count, "known": file.known_count, "bad": file.bad_count}


def write(progress: Progress) -> dict[str, Any]:
    """Kind `imports.write`."""
    file = write_file(_file(progress), progress, now=clock.now(), limits=Limits(bytes=settings.IMPORT_BYTES_LIMIT))
    return {"written": file.written_count, "known": file.known_count, "bad": file.bad_count}
