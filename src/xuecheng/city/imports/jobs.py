"""Background work of imports: the dry run, and writing."""

from __future__ import annotations

from typing import Any

from xuecheng.city import clock
from xuecheng.city.jobs.progress import Cancelled, Progress

from . import services
from .models import ImportFile
from .work import check_file, write_file


def _file(progress: Progress) -> ImportFile:
    """The file, if this job is still the one that works on it; a later one has taken its place otherwise."""
    file = ImportFile.objects.select_related("organisation__territory", "brought_by").get(pk=progress.arguments["file"])
    if file.job_id != progress.job_id:
        raise Cancelled
    return file


def remove_personal_files() -> None:
    """Routine `imports.remove_personal_files`."""
    services.remove_personal_files(now=clock.now())


def check(progress: Progress) -> dict[str, Any]:
    """Kind `imports.check`."""
    file = check_file(_file(progress), progress, now=clock.now())
    return {"good": file.good_count, "known": file.known_count, "bad": file.bad_count}


def write(progress: Progress) -> dict[str, Any]:
    """Kind `imports.write`."""
    file = write_file(_file(progress), progress, now=clock.now())
    return {"written": file.written_count, "known": file.known_count, "bad": file.bad_count}
